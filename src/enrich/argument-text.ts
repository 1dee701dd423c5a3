/** argv and environ as the kernel holds them (each ended by NUL), kept as bytes and split when someone asks. */
import { decodeText } from '../events/raw-record.ts'

/** One byte per character (latin1): what the kernel has, without loss and at one byte of memory each. */
export type RawText = string

const NOT_ASCII = /[^\0-\x7f]/

/** The elements. One NUL at the end belongs to the last; without it the text was cut there. */
export function splitRaw(raw: RawText): readonly string[] {
  if (raw === '') return []
  return decodeRaw(raw.endsWith('\0') ? raw.slice(0, -1) : raw).split('\0')
}

/** All elements but the first, joined by blanks. */
export function joinRest(raw: RawText): string {
  const first = raw.indexOf('\0')
  if (first < 0 || first === raw.length - 1) return ''
  return decodeRaw(raw.slice(first + 1, raw.endsWith('\0') ? -1 : undefined)).replaceAll('\0', ' ')
}

/** Without the NULs at the end, which a process that changed its title leaves behind. */
export function trimRaw(raw: RawText): RawText {
  let end = raw.length
  while (end > 0 && raw.charCodeAt(end - 1) === 0) end--
  return end === 0 ? '' : `${raw.slice(0, end)}\0`
}

function decodeRaw(raw: RawText): string {
  if (!NOT_ASCII.test(raw)) return raw
  const bytes = Buffer.from(raw, 'latin1')
  return decodeText(bytes, 0, bytes.length)
}
