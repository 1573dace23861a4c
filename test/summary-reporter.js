import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * Tells `test/all.ts` of each file, as lines of JSON in the file that it named: path, seconds, passed and failed tests.
 */
export default class SummaryReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onTestResult(_test, { testFilePath, perfStats, numPassingTests, numFailingTests, testExecError }) {
    const into = process.env.HEADSHOT_TEST_SUMMARY;
    if (into === undefined) return;
    const line = {
      file: relative(this.rootDir, testFilePath),
      seconds: (perfStats.end - perfStats.start) / 1000,
      passed: numPassingTests,
      // A file that cannot be loaded has no tests that could fail.
      failed: numFailingTests + (testExecError ? 1 : 0),
    };
    appendFileSync(into, `${JSON.stringify(line)}\n`);
  }
}
