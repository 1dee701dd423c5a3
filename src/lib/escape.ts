/**
 * Makes text from outside harmless to look at. File names, arguments and thread names are chosen by whoever is watched:
 * an escape sequence could rewrite the terminal, a newline forge a log line, a bidi mark hide a path's end.
 */

/** Control, format (bidi, zero width, tags), line and paragraph separators, and lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
/** The same, where JSON.stringify has already dealt with the controls below U+0020. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu
const LONE_SURROGATE = /\p{Cs}/gu

/** One printable line: what could act on a terminal or end a line becomes `\xNN` (a byte) or `\u{NNNN}` (a character). */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter)
}

/**
 * JSON on one line, valid UTF-8, safe to print. Values stay exact (escapes are JSON's own `\uNNNN`), but for bytes that
 * were not UTF-8 (lone surrogates, see events/raw-record.ts): JSON cannot hold them, they become the text `\xNN`.
 * Undefined members are left out; a bigint becomes its decimal text.
 */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, replaceValue).replace(UNSAFE_IN_JSON, escapeUtf16)
}

function replaceValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string' && !value.isWellFormed()) return value.replace(LONE_SURROGATE, escapeCharacter)
  return value
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${hex(code, 2)}`
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`
  return `\\u{${hex(code, 1)}}`
}

function escapeUtf16(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join('')
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
