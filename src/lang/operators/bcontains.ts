import { encodeText, parseHex } from '../bytes.ts'
import type { Operator, Scalar } from '../operator.ts'

/** Reads the hexadecimal digits of bcontains and bstartswith. */
export function parseBytes(text: string): ReturnType<NonNullable<Operator['parse']>> {
  const constant = parseHex(text)
  return constant === undefined ? { problem: 'hex', reason: text } : { constant }
}

/** The bytes of a field, which may be text. */
export const bytesOf = (value: Scalar): Buffer => (Buffer.isBuffer(value) ? value : encodeText(String(value)))

export const bcontains = {
  name: 'bcontains',
  doc: 'True when the bytes, written as hexadecimal digits, occur somewhere in the field. Of a text its bytes are taken.',
  right: 'text',
  types: ['bytes', 'string'],
  rightField: true,
  parse: parseBytes,
  examples: [
    [Buffer.from('\x7fELF\x02'), '454c46', true],
    [Buffer.from('\x7fELF\x02'), '454C4603', false],
    ['caf\udcff', 'ff', true],
  ],
  compile: ([constant]) => {
    const wanted = bytesOf(constant as Scalar)
    return (value) => bytesOf(value).includes(wanted)
  },
} satisfies Operator
