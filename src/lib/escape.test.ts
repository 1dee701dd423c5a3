import { expect, test } from 'vitest'
import { escapeText, safeJson } from './escape.ts'

const CASES: readonly [sentence: string, input: string, text: string, json: string][] = [
  ['plain text stays', '/usr/bin/curl -s "x"', '/usr/bin/curl -s "x"', '"/usr/bin/curl -s \\"x\\""'],
  ['letters of other scripts stay', 'naïve Ωmega 文件 😀', 'naïve Ωmega 文件 😀', '"naïve Ωmega 文件 😀"'],
  ['a newline cannot end the line', 'a\nb\r', 'a\\x0ab\\x0d', '"a\\nb\\r"'],
  ['an escape sequence cannot reach the terminal', '\x1b[2J', '\\x1b[2J', '"\\u001b[2J"'],
  ['delete and C1 controls are shown', '\x7f\x9b', '\\x7f\\u{9b}', '"\\u007f\\u009b"'],
  ['a bidi override is shown', 'a\u202ecod.exe', 'a\\u{202e}cod.exe', '"a\\u202ecod.exe"'],
  ['line separators are shown', '\u2028\u2029', '\\u{2028}\\u{2029}', '"\\u2028\\u2029"'],
  ['invisible characters are shown', 'a\u200bb\u{e0041}', 'a\\u{200b}b\\u{e0041}', '"a\\u200bb\\udb40\\udc41"'],
  ['a byte that is not UTF-8 becomes \\xNN in both', '\udcff\udc80', '\\xff\\x80', '"\\\\xff\\\\x80"'],
  ['another lone surrogate is shown too', 'x\ud800', 'x\\u{d800}', '"x\\\\u{d800}"'],
]

test.each(CASES)('%s', (_, input, text, json) => {
  expect(escapeText(input)).toBe(text)
  expect(safeJson(input)).toBe(json)
})

test('JSON stays exact where it can', () => {
  const value = { a: '\x1b\u202e', b: [1, null, 'x\n'] }
  expect(JSON.parse(safeJson(value))).toEqual(value)
})

test('JSON is valid UTF-8 whatever it holds, and on one line', () => {
  for (let code = 0; code < 0x11000; code += 7) {
    const line = safeJson({ text: String.fromCodePoint(code) })
    expect(Buffer.from(line).toString()).toBe(line)
    expect(line).not.toMatch(/[\n\r\u2028\u2029]/)
  }
})
