import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

const TIMEOUT_MS = 120_000;
const HEADER_BYTES = 8;

export interface Asked {
  /** Sent as JSON. */
  body?: unknown;
  /** A file that is sent as it is, as a tar archive. */
  file?: string;
  headers?: Record<string, string>;
  /** Whether the answer is output of a container, which comes in pieces with a header each. */
  pieces?: boolean;
  /** 120,000 when absent. */
  timeoutMs?: number;
}

/**
 * Asks the Docker Engine's API over its socket, so that tests need neither a client nor a library.
 * @returns the body of the answer
 * @throws Error with what Docker says, when it refuses, or fails within a stream that began well
 */
export async function askDocker(
  socket: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { body, file, headers = {}, pieces = false, timeoutMs = TIMEOUT_MS }: Asked = {},
): Promise<string> {
  const type = file === undefined ? 'application/json' : 'application/x-tar';
  const asking = request({
    socketPath: socket,
    // A connection that is kept may be one to a daemon that is gone.
    agent: false,
    method,
    path,
    headers: { 'content-type': type, ...headers },
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answered = new Promise<{ status: number; said: string }>((resolve, reject) => {
    asking.once('error', reject);
    asking.once('response', (response) => {
      const status = response.statusCode ?? 0;
      buffer(response)
        .then((said) => (pieces && status < 400 ? joined(said) : said.toString()))
        .then((said) => resolve({ status, said }), reject);
    });
  });
  if (file === undefined) asking.end(body === undefined ? undefined : JSON.stringify(body));
  else
    pipeline(createReadStream(file), asking).catch((error: unknown) =>
      asking.destroy(error instanceof Error ? error : undefined),
    );
  const { status, said } = await answered;
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${said.trim()}`);
  const trouble = /"errorDetail":.*/.exec(said);
  if (trouble !== null) throw new Error(`${method} ${path}: ${trouble[0]}`);
  return said;
}

/** Each piece has a header: of which stream it is, three zeros, its length. */
function joined(output: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= output.length;) {
    const end = at + HEADER_BYTES + output.readUInt32BE(at + 4);
    pieces.push(output.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return Buffer.concat(pieces).toString();
}
