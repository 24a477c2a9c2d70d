import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, stringify } from 'yaml';

/** What the service is deployed with. */
const DEPLOYED = fileURLToPath(new URL('../../../deploy/kubernetes/rbac.yaml', import.meta.url));
const ACCOUNT = 'flotilla';
const TOKEN_HOURS = 24;

type Kubectl = (args: string[], input?: string) => Promise<string>;

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  roleRef?: { apiGroup: string; kind: string; name: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
}

/**
 * The jobs' namespace, and in it an account that may do what the service must do, and nothing else.
 * @returns the account's token, good for a day
 */
export async function grantAccess(kubectl: Kubectl, namespace: string): Promise<string> {
  const manifests = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...deployed().map((one) => inNamespace(one, namespace)),
  ];
  const text = manifests.map((manifest) => stringify(manifest)).join('---\n');
  await kubectl(['apply', '--namespace', namespace, '-f', '-'], text);
  const lasting = [`--duration=${TOKEN_HOURS}h`, '--namespace', namespace];
  return (await kubectl(['create', 'token', ACCOUNT, ...lasting])).trim();
}

function deployed(): Manifest[] {
  const documents = parseAllDocuments(readFileSync(DEPLOYED, 'utf8'));
  return documents.map((document) => document.toJS() as Manifest);
}

/** What belongs to the whole cluster is named for the namespace: a real Flotilla may be there. */
function inNamespace(manifest: Manifest, namespace: string): Manifest {
  if (!manifest.kind.startsWith('ClusterRole')) return manifest;
  const named = <T extends { name: string }>(of: T): T => ({
    ...of,
    name: `${of.name}-${namespace}`,
  });
  return {
    ...manifest,
    metadata: named(manifest.metadata),
    ...(manifest.roleRef === undefined ? {} : { roleRef: named(manifest.roleRef) }),
    ...(manifest.subjects === undefined
      ? {}
      : { subjects: manifest.subjects.map((subject) => ({ ...subject, namespace })) }),
  };
}
