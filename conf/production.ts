import { invalid } from '../domain/errors.ts';
import type { Loaded } from './load.ts';

/** The value of `flotilla_mode` that says that others rely on this installation. */
const PRODUCTION = 'prod';
const AUTH =
  'AUTH must be set: "token", or "none" where whoever reaches this server may run commands';

/**
 * Refuses to start an installation for others to rely on that has not been told where its parts are, and a
 * server of it that has not been told who may call: all at once, each by its key.
 * @throws FlotillaError `invalid`
 */
export function refuseUnfinished({ config, sources }: Loaded, { api }: { api: boolean }): void {
  if (config.flotilla_mode !== PRODUCTION) return;
  const missing = [
    ...(config.database_url === undefined ? ['DATABASE_URL must be set'] : []),
    ...(config.temporal_address === undefined ? ['TEMPORAL_ADDRESS must be set'] : []),
    ...(api && sources.auth === 'default' ? [AUTH] : []),
  ];
  if (missing.length === 0) return;
  const why = `configuration: with flotilla_mode ${PRODUCTION} (${sources.flotilla_mode})`;
  throw invalid('flotilla_mode', [why, ...missing].join('\n  '));
}
