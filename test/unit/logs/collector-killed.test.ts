import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DirectoryLogStore } from '../../../logs/directory-store.ts';
import { eventually } from '../../support/eventually.ts';
import { logDir } from '../../support/log-dir.ts';

const program = fileURLToPath(new URL('../../support/log-collector.ts', import.meta.url));
const ref = { runId: 'run-1', attempt: 1 };

test('collectors that are killed with -9 leave no gap and repeat nothing', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  for (let kills = 0; kills < 4; kills += 1) {
    const before = (await store.grown(ref))?.bytes ?? 0;
    const child = spawn(process.execPath, ['--import', 'tsx', program, dir, ref.runId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    await eventually(
      'it brings something',
      async () => ((await store.grown(ref))?.bytes ?? 0) > before,
    );
    child.kill('SIGKILL');
    await exited;
    const grown = await store.grown(ref);
    expect(grown?.cursor).toBe(String(grown?.bytes));
    let at = 0;
    for await (const chunk of store.readGrown(ref, 0)) {
      // Compared here: an expectation a byte would take longer than the test.
      const odd = chunk.findIndex((byte, i) => byte !== 97 + ((at + i) % 26));
      expect(odd).toBe(-1);
      at += chunk.length;
    }
    expect(at).toBe(grown?.bytes);
  }
}, 90_000);
