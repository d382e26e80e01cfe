import { writeFileSync } from 'node:fs'

/** A Playwright reporter: how many tests passed, failed and were skipped and why, as JSON in the file that COUNTS_FILE names. */
export default class Counts {
  #failures = 0
  #suite

  onBegin(_config, suite) {
    this.#suite = suite
  }

  /** An error outside any test: a set-up that threw, a file that does not load. */
  onError() {
    this.#failures += 1
  }

  onEnd() {
    const counts = { passed: 0, failed: this.#failures, skipped: [] }
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome()
      if (outcome === 'skipped') {
        const reason = test.annotations.find((annotation) => annotation.type === 'skip')?.description
        // A test that never began after a failure before it is no skip.
        if (test.results.length === 0 && reason === undefined) counts.failed += 1
        else counts.skipped.push({ name: test.titlePath().filter(Boolean).join(' > '), reason: reason ?? 'no reason given' })
      } else if (outcome === 'expected') counts.passed += 1
      else counts.failed += 1
    }
    writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts))
  }

  printsToStdio() {
    return false
  }
}
