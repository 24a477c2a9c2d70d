import { defineConfig } from 'vitest/config';

const LONG = 'test/**/*.long.test.ts';

/** The tests of folders below test/, but those of project `long`. */
function testsOf(folders: string): { include: string[]; exclude: string[] } {
  return { include: [`test/${folders}/**/*.test.ts`], exclude: [LONG] };
}

/**
 * scripts/test.ts runs the projects in the order of their groups, the longest first, two at a time, each by itself.
 *
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
        test: {
          name: 'unit',
          ...testsOf('unit'),
          testTimeout: 30_000,
          sequence: { groupOrder: 11 },
        },
      },
      {
        // Templates in their sandbox, and beside Go.
        test: {
          name: 'templates',
          ...testsOf('templates'),
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 9 },
        },
      },
      {
        test: {
          name: 'servers',
          ...testsOf('{db,contract,workflows,api,golden,logs,cli,docs}'),
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'fuzz',
          ...testsOf('fuzz'),
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 600_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 7 },
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
          sequence: { groupOrder: 14 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'crash',
          ...testsOf('crash'),
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          // Most of the time they wait for timeouts of Temporal.
          maxConcurrency: 8,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // Moto with an ECS agent of our own, which runs the tasks' commands here.
        test: {
          name: 'ecs',
          ...testsOf('ecs'),
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 90_000,
          fileParallelism: false,
          // Most of the time they wait for timeouts of Temporal.
          maxConcurrency: 8,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Minutes for a single case.
        test: {
          name: 'long',
          include: [LONG],
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 90_000,
          fileParallelism: false,
          sequence: { groupOrder: 13 },
        },
      },
      {
        // Moto with an EMR of our own, which runs the jobs' programs here.
        test: {
          name: 'spark',
          ...testsOf('spark'),
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 90_000,
          fileParallelism: false,
          sequence: { groupOrder: 8 },
        },
      },
      {
        test: {
          name: 'kubernetes',
          ...testsOf('kubernetes'),
          globalSetup: './test/support/kubernetes/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 12 },
        },
      },
      {
        // A Docker daemon of the tests' own for each file that wants one; some kill it.
        test: {
          name: 'docker',
          ...testsOf('docker'),
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // Most of the time they wait for timeouts of Temporal.
          maxConcurrency: 8,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The web application on the real stack, in a Chromium.
        test: {
          name: 'browser',
          ...testsOf('browser'),
          globalSetup: './test/support/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'stack',
          ...testsOf('stack'),
          testTimeout: 300_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
      {
        test: {
          name: 'deploy',
          ...testsOf('deploy'),
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 10 },
        },
      },
    ],
  },
});
