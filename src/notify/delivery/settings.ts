/** The settings of every output that delivers over a network: what it is to have, how much may wait, where the rest goes. */
import { z } from 'zod'
import { PRIORITIES, type Priority } from '../../findings/finding.ts'
import { bytesSetting, countSetting } from '../settings.ts'

export interface DeliveryPresets {
  readonly minPriority: Priority
  /** 0: no limit. */
  readonly maxPerMinute: number
}

const MAX_QUEUED = 10_000

/** Spread it into the schema of the output: `z.strictObject({ host: …, ...deliverySettings() })`. */
export function deliverySettings({ minPriority, maxPerMinute }: DeliveryPresets = { minPriority: 'debug', maxPerMinute: 0 }) {
  return {
    minPriority: z.enum(PRIORITIES).default(minPriority).describe(`Only findings of this priority and above. Default: ${minPriority}.`),
    rules: listSetting('Only findings of these rules: names with commas between, * stands for anything. Default: all.'),
    tags: listSetting('Only findings with one of these tags, commas between. Default: all.'),
    maxPerMinute: countSetting(
      'Findings sent in a minute, 0 for all. The last quarter is kept for priority critical and above. Of the rest one line tells how many there were.',
      maxPerMinute,
      1_000_000,
    ),
    maxQueued: countSetting('Findings that wait while the server cannot be reached.', MAX_QUEUED, 1_000_000),
    deadLetter: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File for what cannot be delivered: refused, no room, left at the end; none for no file. Default: dead-letter/NAME.ndjson in the folder of --state.',
      ),
    deadLetterMax: bytesSetting('The most that the dead-letter file and the older one beside it may take.', '64MiB'),
  }
}

export type DeliverySettings = z.infer<z.ZodObject<ReturnType<typeof deliverySettings>>>

/** What the schema fills in, for examples. */
export function deliveryPresets({ minPriority, maxPerMinute }: DeliveryPresets = { minPriority: 'debug', maxPerMinute: 0 }) {
  return { minPriority, maxPerMinute, maxQueued: MAX_QUEUED, deadLetterMax: 67_108_864 }
}

const MAX_LIST = 100

function listSetting(doc: string) {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.length > 0 && parts.length <= MAX_LIST, `must name 1 to ${MAX_LIST}`)
    .optional()
    .describe(doc)
}
