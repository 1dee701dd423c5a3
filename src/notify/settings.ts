/** Parts of settings schemas that several outputs have. All settings arrive as texts. */
import { z } from 'zod'
import { parseBytes } from '../lib/quantity.ts'
import { FORMATS, FORMATS_DOC } from './formats/formats.ts'

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

/** `true` or `false`; not set is false. */
export const flagSetting = (doc: string) =>
  z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe(`${doc} Default: false.`)

export const formatSetting = z
  .enum(FORMATS)
  .default('json')
  .describe(`How a finding is written, one a line: ${FORMATS_DOC}. Default: json.`)
