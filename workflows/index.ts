// Everything exported here becomes a workflow type: workflows, and nothing else.
export { reconcile } from './reconcile.ts';
export { run } from './run.ts';
export { watchCluster } from './watch-cluster.ts';
