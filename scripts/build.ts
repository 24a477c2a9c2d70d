/*
 * Builds dist/: what starts (cli.js, dev.js), the workflow bundle, the files they read, and the web
 * application; and, from the API's document, the types of its client. With --check, types that are not current are a failure.
 */
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
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.stamp');
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.flotilla', 'test', 'bench', 'docs']);

/** Documents that the web application shows. */
const SHOWN = ['docs/statuses.md', 'docs/stuck-in-queued.md'];

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
      else if (/\.(tsx?|css|html|svg|sh|sql|json|wasm)$/.test(entry.name))
        hash.update(path).update(readFileSync(path));
    }
  };
  visit(ROOT);
  for (const name of SHOWN) hash.update(name).update(readFileSync(join(ROOT, name)));
  return hash.digest('hex');
}

async function bundleServices(): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: ROOT,
    entryPoints: { cli: 'cli.ts', dev: 'dev.ts', 'template-thread': 'templates/thread.ts' },
    outdir: DIST,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: true,
    logLevel: 'warning',
  });
  for (const [from, to] of [
    ['db/migrations', 'migrations'],
    ['engines/local/supervisor.sh', 'supervisor.sh'],
    ['templates/renderer/renderer.wasm', 'renderer.wasm'],
  ] as const) {
    cpSync(join(ROOT, from), join(DIST, to), { recursive: true });
  }
}

/** What makes spans in workflows; it gives no command of its own. */
const TRACING = '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors';

async function bundleWorkflows(name: string, interceptors: string[]): Promise<void> {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows', 'index.ts'),
    workflowInterceptorModules: interceptors.map((module) =>
      createRequire(import.meta.url).resolve(module),
    ),
    logger: {
      trace: quiet,
      debug: quiet,
      info: quiet,
      warn: console.warn,
      error: console.error,
      log: quiet,
    },
  });
  writeFileSync(join(DIST, name), code);
}

/** The web application, with a compressed copy of each file beside it. */
async function bundleUi(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile: join(ROOT, 'ui', 'vite.config.ts'), logLevel: 'warn' });
  const assets = join(DIST, 'ui', 'assets');
  for (const name of readdirSync(assets)) {
    const path = join(assets, name);
    if (/\.(js|css|svg)$/.test(name))
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
}

/** The types of the API's client. They are committed, so that a fresh clone type-checks. */
async function refreshClient(): Promise<void> {
  const { CLIENT_TYPES, clientTypes } = await import('./client-types.ts');
  const types = await clientTypes();
  if (existsSync(CLIENT_TYPES) && readFileSync(CLIENT_TYPES, 'utf8') === types) return;
  if (process.argv.includes('--check')) {
    throw new Error(
      'client/schema.generated.ts does not say what the API is; npm run build writes it anew',
    );
  }
  writeFileSync(CLIENT_TYPES, types);
}

if (
  existsSync(STAMP) &&
  readFileSync(STAMP, 'utf8') === stampOfSources() &&
  !process.argv.includes('--force')
) {
  process.exit(0);
}
await refreshClient();
const stamp = stampOfSources();
rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
await Promise.all([
  bundleServices(),
  bundleWorkflows('workflow-bundle.js', []),
  bundleWorkflows('workflow-bundle-traced.js', [TRACING]),
]);
await bundleUi();
writeFileSync(STAMP, stamp);
