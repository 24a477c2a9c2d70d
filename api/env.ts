import type { HttpBindings } from '@hono/node-server';
import type { Caller } from '../domain/caller.ts';
import type { Services } from '../services/context.ts';
import type { Logger } from '../telemetry/log.ts';

/** What every handler finds in its context. */
export interface ApiEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    services: Services;
    caller: Caller;
    log: Logger;
  };
}
