import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../conf/load.ts';
import { SEARCH_ATTRIBUTES } from '../../domain/lifecycle/search-attributes.ts';

interface Service {
  image: string;
  build?: string;
  environment?: Record<string, string>;
  ports?: string[];
}

const text = readFileSync('docker-compose.yml', 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };

test('every image of somebody else has a whole version', () => {
  const named = Object.values(services).filter(({ build }) => build === undefined);
  expect(named.length).toBeGreaterThan(4);
  for (const { image } of named) expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/);
});

test('every port is published on loopback only', () => {
  const ports = Object.values(services).flatMap((service) => service.ports ?? []);
  expect(ports).toContain('127.0.0.1:3000:3000');
  expect(ports).toContain('127.0.0.1:5000:3000');
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test('Flotilla understands its environment, and is not called under names of others', () => {
  const environment = services['flotilla']?.environment ?? {};
  const { config, sources, warnings } = readConfig({ environment });
  expect(warnings).toEqual([]);
  for (const key of Object.keys(environment))
    expect(sources).toMatchObject({ [key.toLowerCase()]: `environment variable ${key}` });
  expect(config).toMatchObject({ auth: 'none', seed_clusters: { default: 'docker' } });
  expect(config.http_server_allowed_hosts).not.toEqual([]);
});

test('the namespace gets the search attributes that runs have', () => {
  const script = readFileSync('deploy/compose/temporal-namespace.sh', 'utf8');
  const names = /^for name in (.*); do$/m.exec(script)?.[1]?.split(' ') ?? [];
  const made = names.map((name) => `Flotilla${name}`);
  expect(made.toSorted()).toEqual(Object.values(SEARCH_ATTRIBUTES).toSorted());
});
