/** Closes the run with one line that scripts and people can read at a glance. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    console.log(`${results.numPassedTests} passed, ${results.numFailedTests} failed`);
  }
}
