/** docs/reference/errors.md: every expected failure, from the one table. */
import { ERRORS } from '../../src/lib/errors.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateErrorsPage(): string {
  return `${[
    GENERATED_NOTE,
    '# Errors',
    'An expected failure has a code, says what is wrong and what to do. Words in {braces} are replaced by the facts of the case.',
    table(
      ['code', 'message', 'what to do'],
      Object.entries(ERRORS)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { message, fix }]) => [code(name), message, fix]),
    ),
  ].join('\n\n')}\n`
}
