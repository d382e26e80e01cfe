import { writeFileSync } from 'node:fs'

/** A vitest reporter: how many tests passed, failed and were skipped and why, as JSON in the file that COUNTS_FILE names. */
export default class Counts {
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: errors.length, skipped: [] }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      // A file that could not be loaded has no test to fail.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) counts.failed += 1
      for (const test of tests) {
        const { state, note } = test.result()
        if (state === 'passed') counts.passed += 1
        else if (state === 'failed') counts.failed += 1
        else counts.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: note ?? 'no reason given' })
      }
    }
    writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts))
  }
}
