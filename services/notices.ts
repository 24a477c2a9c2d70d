import type { Notice } from '../engines/engine.ts';
import type { Acting } from './context.ts';

/** What a run on this cluster does not get of what its definition asks. */
export function noticesOf(services: Acting, engine: string, cluster: string): Notice[] {
  return services.readerOf(engine, cluster)?.notices() ?? [];
}
