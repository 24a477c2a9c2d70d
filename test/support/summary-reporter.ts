import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Ends the output with what was skipped and why, and with `N passed, N failed`. Under CI=true a skip
 * is a failure: there, everything can be had.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const broken = modules.filter((module) => module.errors().length > 0);
    const passed = cases.filter((one) => one.result().state === 'passed').length;
    const skipped = cases.filter((one) => one.result().state === 'skipped');
    for (const one of skipped) process.stdout.write(`skipped: ${one.fullName}: ${why(one)}\n`);
    const strict = process.env['CI'] === 'true';
    const failed = cases.length - passed - skipped.length + broken.length + unhandled.length;
    const counted = failed + (strict ? skipped.length : 0);
    if (counted > 0) process.exitCode = 1;
    process.stdout.write(`${passed} passed, ${counted} failed\n`);
    const file = process.env['FLOTILLA_TEST_SUMMARY'];
    if (file !== undefined) appendFileSync(file, `${passed} ${counted}\n`);
  }
}

function why(test: TestCase): string {
  const result = test.result();
  return ('note' in result ? result.note : undefined) ?? 'no reason was given';
}
