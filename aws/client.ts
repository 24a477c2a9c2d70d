import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { FlotillaError, messageOf } from '../domain/errors.ts';

/** Tries of a request, with growing waits; throttling is the usual reason. */
const MAX_ATTEMPTS = 6;
const CONNECT_MS = 5000;
/** Also a reader that takes nothing for so long loses its connection, and gets another. */
const IDLE_MS = 60_000;

/** Where a service of AWS is; credentials come from where AWS's own tools find them. */
export interface AwsPlace {
  region?: string | undefined;
  /** Of a service that is compatible with it; unset, AWS, or AWS_ENDPOINT_URL. */
  endpoint?: string | undefined;
}

/** Settings of any client of the SDK. */
export function clientSettings({ region, endpoint }: AwsPlace) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
  };
}

/**
 * Settings of a client of S3. Compatible stores have no host name for each bucket, and not all know
 * the checksums that the SDK has added.
 */
export function s3Settings(place: AwsPlace): S3ClientConfig {
  const { AWS_ENDPOINT_URL_S3: ofS3, AWS_ENDPOINT_URL: ofAll } = process.env;
  const compatible = (place.endpoint ?? ofS3 ?? ofAll) !== undefined;
  if (!compatible) return clientSettings(place);
  return {
    ...clientSettings(place),
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
}

/** The HTTP status of an answer that the SDK throws; null where there was none. */
export function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return null;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) {
    return null;
  }
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}

/** True for an error of the SDK with this name, which is AWS's code. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

const THROTTLING = [
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'EKSRequestThrottledException',
  'SlowDown',
];

/** True where AWS was asked too often. */
export function isThrottling(error: unknown): boolean {
  return isNamed(error, ...THROTTLING) || statusOf(error) === 429;
}

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

/** True where the caller lacks a permission; each service has its own code for it. */
export function isDenied(error: unknown): boolean {
  return isNamed(error, ...DENIED);
}

/** What AWS did not do, as an error of ours. */
export function unavailable(what: string, error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  const name = error instanceof Error ? `${error.name}: ` : '';
  return new FlotillaError('unavailable', `${what}: ${name}${messageOf(error)}`, { cause: error });
}
