import { textOfBytes } from '../../lang/bytes.ts'
import { eachPlainText, type Modifier } from '../modifier.ts'

export const utf16 = {
  name: 'utf16',
  doc: 'The value in UTF-16 with a byte order mark, low byte first. Mostly before base64 or base64offset.',
  examples: [{ value: '1', condition: 'f.x = "\\xff\\xfe1\\x00"' }],
  apply: (given) => eachPlainText('utf16', given, (text) => [textOfBytes(Buffer.from(`\ufeff${text}`, 'utf16le'))]),
} satisfies Modifier
