import { aboutRoutes } from './about.ts';
import { bulkRoutes } from './bulk.ts';
import { clusterRoutes } from './clusters.ts';
import { definitionRoutes } from './definitions.ts';
import { historyRoutes } from './history.ts';
import { jobRoutes } from './job.ts';
import { v8Routes } from './kit.ts';
import { logRoutes } from './logs.ts';
import { overviewRoutes } from './overview.ts';
import { runCountRoutes } from './run-counts.ts';
import { runStreamRoutes } from './run-streams.ts';
import { runsByIdRoutes } from './runs-by-id.ts';
import { runRoutes } from './runs.ts';
import { templateRoutes } from './templates.ts';

/** Everything under /api/v8, and the registry of what it is. */
export const v8 = v8Routes()
  // Before those of a run, for its id would be `by-id`, `counts` or `stream`.
  .route('/', runsByIdRoutes)
  .route('/', runCountRoutes)
  .route('/', runStreamRoutes)
  .route('/', runRoutes)
  .route('/', historyRoutes)
  .route('/', jobRoutes)
  .route('/', logRoutes)
  .route('/', definitionRoutes)
  .route('/', templateRoutes)
  .route('/', clusterRoutes)
  .route('/', bulkRoutes)
  .route('/', overviewRoutes)
  .route('/', aboutRoutes);
