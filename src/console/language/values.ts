/** Values of facets and events as they are written into a condition, and back. */
import { quote } from '../../lang/ast.ts'

/** One word without quotes: nothing in it ends it, and it does not begin like an operator. */
const BARE = /^[^()"'\s=,\x00-\x1f\x7f-\x9f\\<>![\]\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]+$/
/** Would be read as something else where a value stands. */
const MISREAD: ReadonlySet<string> = new Set(['and', 'or', 'not', 'oneof', 'anyof', 'allof'])

/**
 * The value as text of the language, bare where that is read as the same. `isTaken`: names that stand for something else there (lists),
 * so that a process that is called as a list is looks for itself.
 */
export function writeValue(value: string, isTaken: (text: string) => boolean = () => false): string {
  return BARE.test(value) && !MISREAD.has(value) && !isTaken(value) ? value : quote(value)
}

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', ' ': '\\' }

/** What a word of a condition stands for; bytes that are written one by one (`\xff`) are given as the characters of that number. */
export function readValue(text: string): string {
  const mark = text[0]
  if (mark !== '"' && mark !== "'") return text
  const inside = text.endsWith(mark) && text.length > 1 ? text.slice(1, -1) : text.slice(1)
  return inside.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (_, byte: string | undefined, char: string) =>
    byte === undefined ? (ESCAPED[char] ?? char) : String.fromCharCode(Number.parseInt(byte, 16)),
  )
}
