import { defineConfig } from 'vitest/config';

/**
 * `unit` needs nothing. The others share an embedded Postgres and a Temporal dev server, which
 * test/support/global-setup.ts brings up once; `crash` spawns processes and kills them, so its
 * files run one at a time.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    projects: [
      {
        // The slowest starts a program, on a machine that may do other things.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'servers',
          include: ['test/{db,contract,workflows,api,golden,logs,cli,docs}/**/*.test.ts'],
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Not a test: writes test/workflows/histories.
        test: {
          name: 'record',
          include:
            process.env['npm_lifecycle_event'] === 'record-histories'
              ? ['test/**/*.record.ts']
              : [],
          globalSetup: './test/support/global-setup.ts',
          sequence: { groupOrder: 4 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'crash',
          include: ['test/crash/**/*.test.ts'],
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          testTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
