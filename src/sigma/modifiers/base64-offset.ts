import { encodeText } from '../../lang/bytes.ts'
import { eachPlainText, type Modifier } from '../modifier.ts'

/** Of digits that also hold bits of the bytes before, by how many bytes stand before in a group of three. */
const SHARED_BEFORE = [0, 2, 3]
/** Of digits at the end that also hold bits of what follows, by how many bytes the last group has. */
const SHARED_BEHIND = [0, 3, 2]

/** The base64 digits that stand for the text wherever it begins in what was encoded; fewer where it is short. */
export function base64Variants(text: string): readonly string[] {
  const bytes = encodeText(text)
  return [0, 1, 2].flatMap((offset) => {
    const digits = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const end = digits.length - (SHARED_BEHIND[(offset + bytes.length) % 3] ?? 0)
    const variant = digits.slice(SHARED_BEFORE[offset], end)
    return variant === '' ? [] : [variant]
  })
}

export const base64offset = {
  name: 'base64offset',
  doc: 'The value as it looks within base64, at each of three offsets. Mostly with contains.',
  examples: [{ value: 'curl ', condition: 'f.x iglob anyof ("Y3VybC", "N1cmwg", "jdXJsI")' }],
  apply: (given) => eachPlainText('base64offset', given, base64Variants),
} satisfies Modifier
