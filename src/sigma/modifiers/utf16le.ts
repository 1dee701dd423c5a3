import { textOfBytes } from '../../lang/bytes.ts'
import { eachPlainText, type Modifier } from '../modifier.ts'

export const utf16le = {
  name: 'utf16le',
  aliases: ['wide'],
  doc: 'The value in UTF-16, low byte first. Mostly before base64 or base64offset.',
  examples: [{ value: '1', condition: 'f.x = "1\\x00"' }],
  apply: (given) => eachPlainText('utf16le', given, (text) => [textOfBytes(Buffer.from(text, 'utf16le'))]),
} satisfies Modifier
