import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Metrics } from '../domain/metrics.ts';

/** Counts activities that fail, of all Temporal Workers of a process. */
export function countingFailures(metrics: Metrics): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (error) {
          const type = failureOf(error);
          if (type !== null) metrics.count('activityFailed', { activity: info.activityType, type });
          throw error;
        }
      },
    },
  });
}

/** Null for what is no failure: a cancellation, and a worker that hands over. */
function failureOf(error: unknown): string | null {
  if (error instanceof CancelledFailure) return null;
  if (!(error instanceof ApplicationFailure)) return 'error';
  return error.category === 'BENIGN' ? null : (error.type ?? 'error');
}
