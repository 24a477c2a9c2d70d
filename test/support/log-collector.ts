/*
 * A process that collects a log: the source is the alphabet for ever, the cursor its offset. It says
 * so once it is under way, and is killed by whoever started it.
 */
import { DirectoryLogStore } from '../../logs/directory-store.ts';

const [dir = '', runId = ''] = process.argv.slice(2);
const draft = await new DirectoryLogStore(dir).grow({ runId, attempt: 1 });
for (let at = draft.bytes, said = false; ;) {
  const bytes = Buffer.alloc(1 + (at % 5_000));
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = 97 + ((at + i) % 26);
  at += bytes.length;
  await draft.append(bytes, String(at));
  if (!said) process.stdout.write('collecting\n');
  said = true;
}
