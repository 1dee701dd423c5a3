import { asciiLower } from '../bytes.ts'
import type { Operator } from '../operator.ts'

export const icontains = {
  name: 'icontains',
  doc: 'As contains, but A to Z and a to z are the same.',
  right: 'text',
  types: ['string'],
  rightField: true,
  examples: [
    ['/opt/XMRig', 'xmrig', true],
    ['/opt/xmrig', 'XMRIG', true],
    ['straße', 'STRASSE', false],
    ['/opt/xmr', 'xmrig', false],
  ],
  compile: ([constant]) => {
    const wanted = asciiLower(constant as string)
    return (value) => asciiLower(value as string).includes(wanted)
  },
} satisfies Operator
