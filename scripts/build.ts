/* Builds dist/: what starts (cli.js, dev.js), the workflow bundle, and the files they read. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.stamp');
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.flotilla', 'test', 'bench', 'docs']);

/** Changes whenever a source or a dependency does. */
function stampOfSources(): string {
  const hash = createHash('sha256');
  const visit = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue;
      const path = join(dir, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (/\.(ts|sh|sql|json)$/.test(entry.name)) hash.update(path).update(readFileSync(path));
    }
  };
  visit(ROOT);
  return hash.digest('hex');
}

async function bundleServices(): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['cli.ts', 'dev.ts'],
    outdir: DIST,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
  for (const [from, to] of [
    ['db/migrations', 'migrations'],
    ['engines/local/supervisor.sh', 'supervisor.sh'],
  ] as const) {
    cpSync(join(ROOT, from), join(DIST, to), { recursive: true });
  }
}

async function bundleWorkflows(): Promise<void> {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows', 'index.ts'),
    logger: {
      trace: quiet,
      debug: quiet,
      info: quiet,
      warn: console.warn,
      error: console.error,
      log: quiet,
    },
  });
  writeFileSync(join(DIST, 'workflow-bundle.js'), code);
}

const stamp = stampOfSources();
if (
  existsSync(STAMP) &&
  readFileSync(STAMP, 'utf8') === stamp &&
  !process.argv.includes('--force')
) {
  process.exit(0);
}
rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
await Promise.all([bundleServices(), bundleWorkflows()]);
writeFileSync(STAMP, stamp);
