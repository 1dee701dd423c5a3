/** Values of fields as JSON, in the forms that flat events are read in. */
import type { FieldValue } from '../../events/field.ts'
import { quoted } from '../../lib/json-text.ts'

/** Bytes as text where they are plain ASCII, else as `{"base64":"…"}`. */
export function valueText(value: FieldValue): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (Buffer.isBuffer(value)) return bytesText(value)
  return `[${value.map((one) => valueText(one)).join()}]`
}

function bytesText(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  return PLAIN.test(text) ? quoted(text) : `{"base64":"${bytes.toString('base64')}"}`
}

const PLAIN = /^[\t\n\r -~]*$/
