/* What the keeper runs: ends the daemon of this directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerFacts } from './facts.ts';
import { tearDown } from './teardown.ts';

const file = join(process.argv[2] ?? '', 'docker.json');
await tearDown(JSON.parse(readFileSync(file, 'utf8')) as DockerFacts);
