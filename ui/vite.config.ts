import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const HERE = dirname(fileURLToPath(import.meta.url));

/** `npx vite ui` serves it with hot reload, in front of a server that `npm start` has started. */
export default defineConfig({
  root: HERE,
  plugins: [react()],
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
