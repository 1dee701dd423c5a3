import { textOfBytes } from '../../lang/bytes.ts'
import { eachPlainText, type Modifier } from '../modifier.ts'

export const utf16be = {
  name: 'utf16be',
  doc: 'The value in UTF-16, high byte first. Mostly before base64 or base64offset.',
  examples: [{ value: '1', condition: 'f.x = "\\x001"' }],
  apply: (given) => eachPlainText('utf16be', given, (text) => [textOfBytes(Buffer.from(text, 'utf16le').swap16())]),
} satisfies Modifier
