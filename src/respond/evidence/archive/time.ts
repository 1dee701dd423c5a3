/** When a bundle was sealed, by this host's clock: the parts of an RFC 3161 token, without an authority's word for it. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { EvidenceTime } from '../../../findings/evidence.ts'
import { sha256 } from './form.ts'

/** What a clock that NTP keeps is mostly better than; a host cannot know more about itself. */
const ACCURACY = { seconds: 1, millis: 0 }

export function localTime(manifest: Uint8Array, nowNs: number): EvidenceTime {
  return {
    hashAlgorithm: 'sha256',
    messageImprint: sha256(manifest),
    genTime: new Date(nowNs / 1e6).toISOString(),
    accuracy: ACCURACY,
    serial: randomBytes(16).toString('hex'),
    source: 'local-clock',
  }
}

export const timeSchema = z.strictObject({
  hashAlgorithm: z.literal('sha256'),
  messageImprint: z.string().regex(/^[0-9a-f]{64}$/),
  genTime: z.iso.datetime(),
  accuracy: z.strictObject({ seconds: z.number(), millis: z.number() }),
  serial: z.string().max(64),
  source: z.literal('local-clock'),
})
