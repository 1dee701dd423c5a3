import { encodeText, textOfBytes } from '../bytes.ts'
import { mapTexts, type Shape, type Transformer } from '../transformer.ts'

/** Decodes; undefined where the text is no base64. Padding may be left out; bits beyond the last byte must be zero. */
function decode(text: string): Buffer | undefined {
  const digits = text.replace(/={1,2}$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined
  const bytes = Buffer.from(digits, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === digits ? bytes : undefined
}

export const b64 = {
  name: 'b64',
  doc: 'The text or bytes decoded from base64, with or without padding. No value where it is none.',
  usage: 'b64(proc.args[1]) contains /bin/sh',
  single: true,
  shape: ([input, ...more]: readonly Shape[]) => {
    if (input === undefined || more.length > 0) return { expected: 'one value' }
    return input.type === 'string' || input.type === 'bytes' ? input : { input: 0 }
  },
  examples: [
    { inputs: ['L2Jpbi9zaA=='], result: '/bin/sh' },
    { inputs: ['L2Jpbi9zaA'], result: '/bin/sh' },
    { inputs: ['not base64!'], result: undefined },
    { inputs: ['/w=='], result: '\udcff' },
    { inputs: [Buffer.from('aGk=')], result: Buffer.from('hi') },
    { inputs: [''], result: '' },
  ],
  compile: () => (value) => {
    if (Buffer.isBuffer(value)) return decode(value.toString('latin1'))
    return mapTexts(value, (text) => {
      const bytes = decode(encodeText(text).toString('latin1'))
      return bytes === undefined ? undefined : textOfBytes(bytes)
    })
  },
} satisfies Transformer
