import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { required } from '../domain/errors.ts';

export interface TemporalAddress {
  address: string;
  namespace: string;
  apiKey: string | null;
  tls: boolean;
}

/** The `temporal_*` keys of the configuration. */
export interface TemporalSettings {
  temporal_address?: string | undefined;
  temporal_namespace: string;
  temporal_api_key?: string | undefined;
  temporal_tls: boolean;
}

/** @throws FlotillaError `invalid` when there is no address */
export function temporalTarget(settings: TemporalSettings): TemporalAddress {
  return {
    address: required('temporal_address', settings.temporal_address),
    namespace: settings.temporal_namespace,
    apiKey: settings.temporal_api_key ?? null,
    tls: settings.temporal_tls,
  };
}

/** Options that gRPC and native connections share. */
export function connectionOptions(target: TemporalAddress) {
  return {
    address: target.address,
    ...(target.tls || target.apiKey !== null ? { tls: true } : {}),
    ...(target.apiKey === null ? {} : { apiKey: target.apiKey }),
  };
}

/** A client that connects at first use, so that a server starts while Temporal is away. */
export function lazyClient(
  target: TemporalAddress,
  workflow: WorkflowClientInterceptor[] = [],
): { client: Client; close(): Promise<void> } {
  const connection = Connection.lazy(connectionOptions(target));
  return {
    client: new Client({
      connection,
      namespace: target.namespace,
      interceptors: { workflow },
    }),
    close: () => connection.close(),
  };
}

/** A client on a worker's own connection, which makes eager starts possible. */
export function clientOn(
  connection: NativeConnection,
  namespace: string,
  workflow: WorkflowClientInterceptor[] = [],
): Client {
  return new Client({ connection, namespace, interceptors: { workflow } });
}
