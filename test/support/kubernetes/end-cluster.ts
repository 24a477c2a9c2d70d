/* What the keeper runs: ends the cluster of this directory. */
import { join } from 'node:path';
import { readFacts, tearDown } from './teardown.ts';

await tearDown(readFacts(join(process.argv[2] ?? '', 'cluster.json')));
