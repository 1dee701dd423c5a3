import { encodeText } from '../../lang/bytes.ts'
import { eachPlainText, type Modifier } from '../modifier.ts'

export const base64 = {
  name: 'base64',
  doc: 'The value, encoded in base64.',
  examples: [{ value: '/bin/sh', condition: 'f.x iglob "L2Jpbi9zaA=="' }],
  apply: (given) => eachPlainText('base64', given, (text) => [encodeText(text).toString('base64')]),
} satisfies Modifier
