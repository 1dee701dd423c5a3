/** What a test run says at its end. */

export interface RanFile {
  readonly file: string
  /** Errors outside of tests: the file did not load, or a hook failed. */
  readonly errors: number
  readonly tests: readonly RanTest[]
}

export interface RanTest {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  /** Why it was skipped. */
  readonly reason: string
  /** It failed before it passed. */
  readonly again: boolean
}

/** The lines to print last, and whether the run counts as passed. A run without any test has not passed. */
export function summaryOf(files: readonly RanFile[], unhandledErrors: number): { readonly lines: readonly string[]; readonly ok: boolean } {
  const tests = files.flatMap((file) => file.tests)
  const count = (state: string) => tests.filter((test) => test.state === state).length
  const outside = files.filter((file) => file.errors > 0)
  // A test that never came to run (a failed hook, an interrupted run) did not pass either.
  const failed = count('failed') + count('pending') + outside.length + unhandledErrors
  return {
    lines: [
      ...outside.map((file) => `failed outside of a test: ${file.file}`),
      ...reasons(files),
      ...files.flatMap(({ file, tests: ran }) =>
        ran.filter(({ again }) => again).map(({ name }) => `passed at the second try: ${name} (${file})`),
      ),
      `${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`,
    ],
    ok: failed === 0 && count('passed') > 0,
  }
}

/** One line per reason, with the files and the number of tests. */
function reasons(files: readonly RanFile[]): string[] {
  const byReason = new Map<string, { tests: number; files: Set<string> }>()
  for (const file of files) {
    for (const test of file.tests.filter(({ state }) => state === 'skipped')) {
      const entry = byReason.get(test.reason) ?? { tests: 0, files: new Set() }
      entry.tests++
      entry.files.add(file.file)
      byReason.set(test.reason, entry)
    }
  }
  return [...byReason].map(([reason, { tests, files }]) => `skipped ${tests}: ${reason} (${[...files].join(', ')})`)
}
