/** Texts as the bytes that the kernel gave: compare, fold and measure them as C does, byte for byte. */
import { decodeText } from '../events/raw-record.ts'

/** The bytes of a text; a lone surrogate U+DC80…U+DCFF stands for the one byte that was not UTF-8 (see `decodeText`). */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  const parts: Buffer[] = []
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(char, 'utf8'))
  }
  return Buffer.concat(parts)
}

/** The text of some bytes; the inverse of `encodeText`. */
export function textOfBytes(bytes: Buffer): string {
  return decodeText(bytes, 0, bytes.length)
}

/** Length in bytes. */
export function byteLength(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text, 'utf8') : encodeText(text).length
}

const notAscii = /[^\x00-\x7f]/

/** What asciiLower was given last: rules ask one value for one text after another. */
const lowered = { text: '', lower: '' }

/** Lower case of A to Z only, as C's tolower in the C locale. */
export function asciiLower(text: string): string {
  if (text === lowered.text) return lowered.lower
  lowered.lower = notAscii.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text.toLowerCase()
  lowered.text = text
  return lowered.lower
}

/** Upper case of a to z only, as C's toupper in the C locale. */
export function asciiUpper(text: string): string {
  return notAscii.test(text) ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : text.toUpperCase()
}

/** Order of the bytes, as strcmp: negative, 0 or positive. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0
  if (notAscii.test(a) || notAscii.test(b)) return Buffer.compare(encodeText(a), encodeText(b))
  return a < b ? -1 : 1
}

/** Bytes written as hexadecimal digits, two each; undefined where the text is no such thing. */
export function parseHex(text: string): Buffer | undefined {
  return text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text) ? Buffer.from(text, 'hex') : undefined
}
