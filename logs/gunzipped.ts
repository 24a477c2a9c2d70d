import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';

const GZIP = [0x1f, 0x8b] as const;

/** The content, whether its bytes say that it is gzip or not; of a cut one, what there is. */
export async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  while (headBytes < GZIP.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(next.value);
    headBytes += next.value.length;
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* head;
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  };
  const first = Buffer.concat(head);
  if (!GZIP.every((byte, i) => first[i] === byte)) return yield* all();
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  // The loop below hears of an error; whoever leaves it destroys the source too.
  pipeline(Readable.from(all(), { objectMode: false }), gunzip, () => undefined);
  for await (const chunk of gunzip) if (chunk instanceof Uint8Array) yield chunk;
}
