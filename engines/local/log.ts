import { open } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { notFound, systemCode } from '../../domain/errors.ts';

const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file from an offset to where it ends now, in chunks of at most 256 KiB. */
export async function* readFrom(path: string, offset: number): AsyncGenerator<Uint8Array> {
  const file = await openLog(path);
  try {
    const { size } = await file.stat();
    let at = offset;
    while (at < size) {
      const length = Math.min(CHUNK_BYTES, size - at);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openLog(path: string): ReturnType<typeof open> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw notFound('the engine holds no log of this job');
    throw error;
  }
}

/** Bytes in a file, or null when there is none. */
export function sizeOf(path: string): number | null {
  try {
    return statSync(path).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}
