/**
 * Runs every test (unit, golden, live) and ends with the line `N passed, N failed, N skipped`; above it stands why tests were skipped.
 * Arguments: parts of file names, to run only those. Exit codes: 0 all passed, 1 a test or a file failed, or none ran.
 */
import type { TestCase, TestModule } from 'vitest/node'
import { startVitest } from 'vitest/node'
import { summaryOf } from './test/summary.ts'

const vitest = await startVitest('test', process.argv.slice(2), { run: true, watch: false, reporters: ['default'] })
const modules = vitest.state.getTestModules()
const summary = summaryOf(modules.map(readModule), vitest.state.getUnhandledErrors().length)
await vitest.close()
for (const line of summary.lines) console.log(line)
process.exitCode = summary.ok ? 0 : 1

function readModule(module: TestModule) {
  const tests = [...module.children.allTests()]
  // A file that cannot be loaded has no failed test, but errors of its own; a failed hook leaves its errors on the suite.
  const suiteErrors = [...module.children.allSuites()].reduce((sum, suite) => sum + suite.errors().length, module.errors().length)
  return { file: module.relativeModuleId, errors: suiteErrors, tests: tests.map(readTest) }
}

function readTest(test: TestCase) {
  const result = test.result()
  // `skipIf` gives no reason: then the name of what holds the test must tell it.
  const reason = result.state === 'skipped' ? (result.note ?? test.fullName.split(' > ').slice(0, -1).join(' > ')) : ''
  return { name: test.fullName, state: result.state, reason, again: test.diagnostic()?.flaky === true }
}
