import { writeFileSync } from 'node:fs'

const firstLine = (error) => (error?.message ?? 'no message').split('\n')[0]
const nameOf = (test) => test.titlePath().filter(Boolean).join(' > ')

/**
 * A Playwright reporter: how many tests passed, which failed and which were skipped and why, and which passed only at another attempt, as JSON
 * in the file that COUNTS_FILE names.
 */
export default class Counts {
  #errors = []
  #suite

  onBegin(_config, suite) {
    this.#suite = suite
  }

  /** An error outside any test: a set-up that threw, a file that does not load. */
  onError(error) {
    this.#errors.push({ name: 'outside any test', reason: firstLine(error) })
  }

  onEnd() {
    const counts = { passed: 0, failed: this.#errors, skipped: [], again: [] }
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome()
      const reason = firstLine(test.results.find(({ error }) => error !== undefined)?.error)
      if (outcome === 'skipped') {
        const why = test.annotations.find((annotation) => annotation.type === 'skip')?.description
        // A test that never began after a failure before it is no skip.
        if (test.results.length === 0 && why === undefined) counts.failed.push({ name: nameOf(test), reason: 'never began' })
        else counts.skipped.push({ name: nameOf(test), reason: why ?? 'no reason given' })
      } else if (outcome === 'expected' || outcome === 'flaky') counts.passed += 1
      else counts.failed.push({ name: nameOf(test), reason })
      if (outcome === 'flaky') counts.again.push({ name: nameOf(test), reason })
    }
    writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts))
  }

  printsToStdio() {
    return false
  }
}
