import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What a run came to, for whoever started it. */
export interface Summary {
  passed: number;
  failed: number;
  /** A text for each that failed: its name, and what it said. */
  failures: string[];
}

/** Of an error, which may carry a whole log. */
const ERROR_CHARACTERS = 2_000;

/**
 * Ends the output with what was skipped and why, and with `N passed, N failed`. Under CI=true a skip
 * is a failure: there, everything can be had. Writes a `Summary` into the file that FLOTILLA_TEST_SUMMARY names.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { message: string; stack?: string }[],
  ): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const broken = modules.filter((module) => module.errors().length > 0);
    const passed = cases.filter((one) => one.result().state === 'passed').length;
    const skipped = cases.filter((one) => one.result().state === 'skipped');
    for (const one of skipped) process.stdout.write(`skipped: ${one.fullName}: ${why(one)}\n`);
    const strict = process.env['CI'] === 'true';
    const ended = cases.filter((one) => !['passed', 'skipped'].includes(one.result().state));
    const failures = [
      ...ended.map((one) => told(nameOf(one), one.result().errors ?? [])),
      ...broken.map((module) => told(module.relativeModuleId, module.errors())),
      ...unhandled.map((error) => told('an error that no test waited for', [error])),
      ...(strict ? skipped.map((one) => `${nameOf(one)}\nskipped: ${why(one)}`) : []),
    ];
    const failed = failures.length;
    if (failed > 0) process.exitCode = 1;
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    const file = process.env['FLOTILLA_TEST_SUMMARY'];
    const summary: Summary = { passed, failed, failures };
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

function told(name: string, errors: readonly { message: string; stack?: string }[]): string {
  const lines = errors.flatMap(({ stack, message }) =>
    (stack ?? message).slice(0, ERROR_CHARACTERS).split('\n'),
  );
  return [name, ...lines.filter((line) => !/^ +at .*node_modules/.test(line))].join('\n');
}

function why(test: TestCase): string {
  const result = test.result();
  return ('note' in result ? result.note : undefined) ?? 'no reason was given';
}
