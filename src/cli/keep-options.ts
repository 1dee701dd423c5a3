/** How much of what responses keep on the disk stays there. */
import { parseBytes, parseDurationMs } from '../lib/quantity.ts'
import type { KeepChoice } from './context.ts'
import { amount, type ValuesOf } from './option.ts'

const GIB = 2 ** 30
const DAY_MS = 86_400_000

const bytes = (doc: string) => amount('BYTES', doc, 'an amount such as 10GiB', parseBytes)
const age = (doc: string) => amount('TIME', doc, 'a time such as 90d', parseDurationMs)

export const KEEP_OPTIONS = {
  evidenceBytes: bytes(
    'What evidence may take on the disk; beyond it the oldest archives are deleted, and a finding tells. Default: 10GiB.',
  ),
  evidenceAge: age('How long evidence is kept. Default: 90d.'),
  flightBytes: bytes('What is kept on the disk of the time before findings; beyond it the oldest goes. Default: 1GiB.'),
  flightAge: age('How long that is kept. Default: 30d.'),
} as const

export function keepChoiceOf({ evidenceBytes, evidenceAge, flightBytes, flightAge }: ValuesOf<typeof KEEP_OPTIONS>): KeepChoice {
  return {
    evidence: { maxBytes: evidenceBytes ?? 10 * GIB, maxAgeMs: evidenceAge ?? 90 * DAY_MS },
    flight: { maxBytes: flightBytes ?? GIB, maxAgeMs: flightAge ?? 30 * DAY_MS },
  }
}
