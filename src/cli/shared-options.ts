/** Options that every command has. */
import { COLOUR_CHOICES } from '../lib/style.ts'
import { choice, flag, type ValuesOf } from './option.ts'

export const SHARED_OPTIONS = {
  json: flag('Print JSON instead of text.'),
  color: choice(COLOUR_CHOICES, 'Whether to use colours. Default: auto (on a terminal, unless NO_COLOR is set).'),
} as const

export type SharedValues = ValuesOf<typeof SHARED_OPTIONS>
