import { compileGlob } from '../glob.ts'
import type { Operator } from '../operator.ts'

export const iglob = {
  name: 'iglob',
  doc: 'As glob, but A to Z and a to z are the same.',
  right: 'text',
  types: ['string'],
  rightField: true,
  examples: [
    ['/opt/XMRig/run', '/OPT/*/RUN', true],
    ['/opt/xmrig', '/OPT/?MR*', true],
    ['/opt/xmrig', '/usr/*', false],
  ],
  compile: ([constant]) => compileGlob(constant as string, { ignoreCase: true }) as (value: unknown) => boolean,
} satisfies Operator
