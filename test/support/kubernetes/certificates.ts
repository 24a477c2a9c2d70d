import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAYS = ['-days', '30'];

export interface Addresses {
  /** Of the API server and the nodes, inside the cluster's network. */
  inside: string[];
  /** The service `kubernetes`. */
  service: string;
}

/** A certificate authority of the cluster's own, what it signs, and the administrator's token. */
export function makeCertificates(dir: string, addresses: Addresses): { adminToken: string } {
  mkdirSync(dir, { mode: 0o700 });
  openssl(dir, ['req', '-x509', ...KEY, ...DAYS, '-subj', '/CN=kube-ca', ...out('ca', 'crt')]);
  const ips = ['127.0.0.1', addresses.service, ...addresses.inside].map((ip) => `IP:${ip}`);
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const serving = `subjectAltName=${[...names.map((name) => `DNS:${name}`), ...ips].join(',')}`;
  sign(dir, 'apiserver', '/CN=kube-apiserver', ['extendedKeyUsage=serverAuth', serving]);
  sign(dir, 'kubelet', '/CN=kubelet', ['extendedKeyUsage=serverAuth', serving]);
  const masters = '/O=system:masters/CN=kube-apiserver-kubelet-client';
  sign(dir, 'kubelet-client', masters, ['extendedKeyUsage=clientAuth']);
  openssl(dir, ['ecparam', '-genkey', '-noout', '-name', 'prime256v1', '-out', 'sa.key']);
  openssl(dir, ['ec', '-in', 'sa.key', '-pubout', '-out', 'sa.pub']);
  const adminToken = randomBytes(16).toString('hex');
  writeFileSync(join(dir, 'tokens.csv'), `${adminToken},admin,admin,system:masters\n`);
  return { adminToken };
}

/** A kubeconfig with one context, named like the cluster. */
export function kubeconfigText(options: {
  name: string;
  server: string;
  user: string;
  token: string;
  /** PEM. */
  authority: string;
}): string {
  const { name, server, user, token } = options;
  const authority = Buffer.from(options.authority).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  });
}

export function authorityOf(dir: string): string {
  return readFileSync(join(dir, 'ca.crt'), 'utf8');
}

function sign(dir: string, name: string, subject: string, extensions: string[]): void {
  writeFileSync(join(dir, `${name}.ext`), extensions.join('\n'));
  openssl(dir, ['req', ...KEY, '-subj', subject, ...out(name, 'csr')]);
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', ...DAYS];
  const files = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.crt`];
  openssl(dir, ['x509', '-req', ...authority, ...files]);
}

function out(name: string, extension: string): string[] {
  return ['-keyout', `${name}.key`, '-out', `${name}.${extension}`];
}

function openssl(dir: string, args: string[]): void {
  execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
}
