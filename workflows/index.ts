// Everything exported here becomes a workflow type: workflows, and nothing else.
export { bulkAction } from './bulk-action.ts';
export { reconcile } from './reconcile.ts';
export { run } from './run.ts';
export { watchCluster } from './watch-cluster.ts';
