import { defineConfig } from 'vitest/config';

/**
 * `unit` needs nothing, `deploy` Helm. The others share an embedded Postgres and a Temporal dev
 * server, which test/support/global-setup.ts brings up once; `crash` spawns processes and kills
 * them, so its files run one at a time. `kubernetes` has a cluster besides, whose nodes it kills.
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
        // Moto with an ECS agent of our own, which runs the tasks' commands here.
        test: {
          name: 'ecs',
          include: ['test/ecs/**/*.test.ts'],
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 90_000,
          fileParallelism: false,
          // Most of the time they wait for timeouts of Temporal.
          maxConcurrency: 8,
          sequence: { groupOrder: 6 },
        },
      },
      {
        test: {
          name: 'kubernetes',
          include: ['test/kubernetes/**/*.test.ts'],
          globalSetup: './test/support/kubernetes/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
      {
        // The web application on the real stack, in a Chromium.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 8 },
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
      {
        test: {
          name: 'deploy',
          include: ['test/deploy/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
    ],
  },
});
