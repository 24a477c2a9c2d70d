/* npm run bench [-- names]: measures, prints, and keeps the raw numbers in bench/results. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accept } from './accept.ts';
import { actions } from './actions.ts';
import { changes } from './changes.ts';
import { kubernetes, kubernetesEnd } from './kubernetes.ts';
import { latency } from './latency.ts';
import { lists } from './lists.ts';
import { memory } from './memory.ts';
import { recovery } from './recovery.ts';
import { throughput } from './throughput.ts';
import { ui } from './ui.ts';

const BENCHES: Record<string, () => Promise<unknown>> = {
  'accept-file': () => accept('file'),
  'accept-memory': () => accept('memory'),
  'latency-serve': () => latency(['serve']),
  'latency-split': () => latency(['server', 'worker']),
  'throughput-file': () => throughput('file'),
  'throughput-memory': () => throughput('memory'),
  'accept-changes': () => changes(),
  actions: () => actions(),
  recovery: () => recovery(),
  memory: () => memory(),
  kubernetes: () => kubernetes(),
  'kubernetes-end': () => kubernetesEnd(),
  'lists-100k': () => lists(100_000),
  'lists-1m': () => lists(1_000_000),
  ui: () => ui(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const results = join(dirname(fileURLToPath(import.meta.url)), 'results');
mkdirSync(results, { recursive: true });
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
  const bench = BENCHES[name];
  if (bench === undefined) continue;
  console.log(`${name} …`);
  const result = await bench();
  console.log(JSON.stringify(result, null, 2));
  const record = {
    bench: name,
    at: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 1e9),
    },
    node: process.version,
    result,
  };
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(record, null, 2)}\n`);
}
