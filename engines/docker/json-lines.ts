import type { Readable } from 'node:stream';
import { toDaemonError } from './errors.ts';

/** The values of a stream of JSON lines; fails when the stream does. */
export async function* jsonLines(stream: Readable): AsyncGenerator {
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream) {
      const lines = `${rest}${decoder.decode(chunk as Buffer, { stream: true })}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
    }
    if (rest.trim() !== '') yield JSON.parse(rest);
  } catch (error) {
    throw toDaemonError(error);
  } finally {
    stream.destroy();
  }
}
