import { writeFileSync } from 'node:fs'

const firstLine = (errors) => (errors?.[0]?.message ?? 'no message').split('\n')[0]

/**
 * A vitest reporter: how many tests passed, which failed and which were skipped and why, and which passed only at another attempt, as JSON in
 * the file that COUNTS_FILE names.
 */
export default class Counts {
  onTestRunEnd(modules, errors) {
    const counts = {
      passed: 0,
      failed: errors.map((error) => ({ name: 'outside any test', reason: firstLine([error]) })),
      skipped: [],
      again: [],
    }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      // A file that could not be loaded has no test to fail.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) {
        counts.failed.push({ name: module.relativeModuleId, reason: firstLine(module.errors()) })
      }
      for (const test of tests) {
        const { state, note, errors: thrown } = test.result()
        const name = `${module.relativeModuleId} > ${test.fullName}`
        if (state === 'passed') counts.passed += 1
        else if (state === 'failed') counts.failed.push({ name, reason: firstLine(thrown) })
        else counts.skipped.push({ name, reason: note ?? 'no reason given' })
        if (state === 'passed' && test.diagnostic()?.flaky) counts.again.push({ name, reason: firstLine(thrown) })
      }
    }
    writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts))
  }
}
