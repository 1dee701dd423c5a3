/** Parts of settings schemas that several outputs have. All settings arrive as texts. */
import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { findingJson } from '../findings/finding-json.ts'
import { createFindingText } from '../findings/finding-text.ts'
import { parseBytes } from '../lib/quantity.ts'

/** An amount of memory such as `10MiB`. */
export const bytesSetting = (doc: string, preset: string) =>
  z
    .string()
    .default(preset)
    .refine((text) => parseBytes(text) !== undefined, 'must be an amount such as 512k or 10MiB')
    .transform((text) => parseBytes(text) ?? 0)
    .describe(`${doc} Default: ${preset}.`)

/** A whole number within bounds. */
export const countSetting = (doc: string, preset: number, max: number) =>
  z.coerce.number().int().min(0).max(max).default(preset).describe(`${doc} Default: ${preset}.`)

export const formatSetting = z
  .enum(['json', 'text'])
  .default('json')
  .describe('How a finding is written: json (one object a line) or text. Default: json.')

/** Renders a finding without its newline. `time`: whether a text says when. */
export function renderer(format: 'json' | 'text', time: 'full' | 'none'): (finding: Finding) => string {
  return format === 'json' ? findingJson : createFindingText({ colour: false, verbose: false, time })
}
