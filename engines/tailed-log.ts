import { FlotillaError } from '../domain/errors.ts';
import type { Engine } from './engine.ts';

type Tailed = Required<Pick<Engine, 'tail'>>;

/** The log of a job from a byte offset to its present end, of an engine that tails; see EngineReader.logs. */
export async function* tailedBytes(
  engine: Tailed,
  externalId: string,
  offset: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  const { signal } = new AbortController();
  for await (const { bytes } of engine.tail(externalId, null, { follow: false, signal })) {
    const from = Math.max(offset - at, 0);
    at += bytes.length;
    if (from < bytes.length) yield bytes.subarray(from);
  }
}

/** Its bytes until then. @throws FlotillaError `not_found` where there is no log */
export async function tailedSize(engine: Tailed, externalId: string): Promise<number> {
  let size = 0;
  for await (const bytes of tailedBytes(engine, externalId, 0)) size += bytes.length;
  return size;
}

/** The same; null where there is no log. */
export async function tailedSizeOrNull(engine: Tailed, externalId: string): Promise<number | null> {
  try {
    return await tailedSize(engine, externalId);
  } catch (error) {
    if (error instanceof FlotillaError && error.code === 'not_found') return null;
    throw error;
  }
}
