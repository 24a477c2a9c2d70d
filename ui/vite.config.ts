import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Where most people begin. */
const FIRST_PAGE = join(HERE, 'pages', 'runs', 'runs-page.tsx');

/** The first page's files are asked for with the others, not when these have been run. */
function preloadFirstPage(): Plugin {
  return {
    name: 'preload-first-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = chunksOf(bundle, FIRST_PAGE);
        const styles = chunks.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        const link = (rel: string, file: string) => ({
          tag: 'link',
          attrs: { rel, crossorigin: true, href: `/${file}` },
          injectTo: 'head' as const,
        });
        return [
          ...chunks.map(({ fileName }) => link('modulepreload', fileName)),
          ...styles.map((file) => link('stylesheet', file)),
        ].filter(({ attrs: { href } }) => !html.includes(href));
      },
    },
  };
}

/** The chunk of a module, and all that it imports. */
function chunksOf(bundle: Rolldown.OutputBundle, module: string): Rolldown.OutputChunk[] {
  const all = Object.values(bundle).filter((one) => one.type === 'chunk');
  const first = all.find(({ facadeModuleId }) => facadeModuleId === module);
  if (first === undefined) throw new Error(`no chunk of ${module}`);
  const found = new Set([first]);
  // What is added meanwhile is gone through, too.
  for (const { imports } of found)
    for (const one of all) if (imports.includes(one.fileName)) found.add(one);
  return [...found];
}

/** `npx vite ui` serves it with hot reload, in front of a server that `npm start` has started. */
export default defineConfig({
  root: HERE,
  plugins: [react(), preloadFirstPage()],
  build: {
    outDir: join(HERE, '..', 'dist', 'ui'),
    emptyOutDir: true,
    target: 'es2022',
    // Says which page loads what: test/api/first-load.test.ts.
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What many pages use comes as one file: else a first load is dozens of small requests.
          groups: [{ name: 'shared', test: /node_modules/, minShareCount: 4 }],
        },
      },
    },
  },
  server: {
    // Not all of /api: the sources have a folder of that name.
    proxy: {
      '^/api/(v\\d+|docs|openapi\\.json)': {
        target: process.env['FLOTILLA_URL'] ?? 'http://127.0.0.1:3000',
      },
    },
  },
});
