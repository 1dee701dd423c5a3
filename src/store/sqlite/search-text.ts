/** Text that people search in: without case, and without the one character that SQL functions stop at. */
import { type Clause, clause } from './where.ts'

/** What is kept of the texts. Lone surrogates become U+FFFD, as in what is looked for. */
export function searchText(texts: readonly string[]): string {
  return folded(texts.join('\n'))
}

/** `column` (of `searchText`) has the text somewhere; undefined when nothing is looked for. */
export function hasText(column: string, text: string | undefined): Clause | undefined {
  return text === undefined || text === '' ? undefined : clause(`instr(${column}, ?) > 0`, folded(text))
}

const NUL = /\0/g

function folded(text: string): string {
  return text.toLowerCase().toWellFormed().replace(NUL, '\uFFFD')
}
