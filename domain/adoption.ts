import { isBuilt, isEngineName, runsOn } from './engine-name.ts';
import type { Status } from './lifecycle/status.ts';

/** What flotilla-os left of a run that is not over, as far as taking it over depends on it. */
export interface OpenForeignRun {
  runId: string;
  status: Status | null;
  engine: string;
  clusterName: string | null;
  taskArn: string | null;
  podName: string | null;
  sparkExtension: Record<string, unknown> | null;
}

/**
 * `queue`: nothing says that it was launched; its workflow asks the engine before it launches.
 * `follow`: it was; its workflow begins by looking for that job and never launches another for it.
 */
export type Adoption =
  { kind: 'queue' } | { kind: 'follow'; externalId: string } | { kind: 'leave'; why: string };

/** What can be served: clusters as they are known here, and the engines that are built in. */
export interface Served {
  clusters: readonly { name: string; engine: string | null }[];
  /** Engine of a cluster that names none. */
  engineDefault: string;
  /** Of the Jobs of flotilla-os on every cluster: it stored a cluster's own namespace without using it. */
  jobNamespace: string;
  isBuilt?: (engine: string) => boolean;
}

/** Decides what becomes of a run of flotilla-os (pure). */
export function planAdoption(run: OpenForeignRun, served: Served): Adoption {
  const why = whyNot(run, served);
  if (why !== null) return { kind: 'leave', why };
  const externalId = oldJobOf(run, served);
  if (externalId !== null) return { kind: 'follow', externalId };
  if (run.status === 'QUEUED' || run.status === 'NEEDS_RETRY') return { kind: 'queue' };
  // To look without a name would be to launch it again where the look finds nothing.
  return { kind: 'leave', why: `its row does not say which job it is, though ${run.status}` };
}

function whyNot(run: OpenForeignRun, served: Served): string | null {
  const isKnown = served.isBuilt ?? isBuilt;
  if (!isKnown(run.engine)) return `engine ${run.engine} is not served by this version`;
  const name = run.clusterName ?? '';
  if (name === '') return 'it has no cluster';
  const cluster = served.clusters.find((one) => one.name === name);
  if (cluster === undefined) return `cluster ${name} is not known here`;
  const engine = cluster.engine ?? served.engineDefault;
  const isServed = isEngineName(run.engine) && runsOn(run.engine, engine);
  return isServed ? null : `cluster ${name} is of engine ${engine}, not ${run.engine}`;
}

/**
 * What flotilla-os called the job: an ECS task's ARN, an EMR job's id, and for Kubernetes the Job,
 * which is named after the run. Null when nothing in the row says that there is one.
 */
function oldJobOf(run: OpenForeignRun, { jobNamespace }: Served): string | null {
  switch (run.engine) {
    case 'ecs':
      return run.taskArn || null;
    case 'eks-spark': {
      const id = run.sparkExtension?.['emr_job_id'];
      const virtualCluster = run.sparkExtension?.['virtual_cluster_id'];
      if (typeof id !== 'string' || id === '') return null;
      return typeof virtualCluster === 'string' && virtualCluster !== ''
        ? `${virtualCluster}/${id}`
        : id;
    }
    case 'eks': {
      // RUNNING is written as soon as the Job was created, before its pod is known.
      const launched = run.status === 'RUNNING' || run.status === 'PENDING' || !!run.podName;
      return launched ? `${jobNamespace}/${run.runId}` : null;
    }
    default:
      return run.taskArn || run.podName || null;
  }
}
