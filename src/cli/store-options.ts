/** Options of the commands about the store. */
import { join } from 'node:path'
import { parseDurationMs } from '../lib/quantity.ts'
import type { CommandContext } from './context.ts'
import { type OptionDefinition, text } from './option.ts'

/** The folder of what outlives a run, where a command line names none. */
export const stateFolder = (env: CommandContext['env'] = process.env): string => env.TARSIER_STATE || '/var/lib/tarsier'

/** `doc` completes "The folder of what outlives a run". */
export function stateOption(doc: string): OptionDefinition<string> {
  const option = text('DIR', `The folder of what outlives a run${doc}. Default: TARSIER_STATE, else /var/lib/tarsier.`)
  return { ...option, parse: (given) => option.parse(given) ?? stateFolder() }
}

export const STATE_OPTION = stateOption('; the store lies in it')

export const storeFolder = (state: string): string => join(state, 'store')

/** `2026-11-23T08:00:00Z` or a time before now (`24h`), as ns since 1970; undefined when it is neither. */
export function momentNs(given: string): number | undefined {
  const beforeMs = /^\d+(\.\d+)?(s|m|h|d)$/.test(given) ? parseDurationMs(given) : undefined
  if (beforeMs !== undefined) return (Date.now() - beforeMs) * 1e6
  const ms = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms * 1e6
}

const BAR = 24

/** Draws how far the work is, on a terminal alone. `end` takes the drawing away. */
export function createShareBar({ stderr, isTty }: Pick<CommandContext, 'stderr' | 'isTty'>): {
  readonly draw: (share: number) => void
  readonly end: () => void
} {
  return {
    draw: (share) => {
      if (!isTty.stderr) return
      const full = Math.round(share * BAR)
      stderr(`\r\x1b[K${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${Math.floor(share * 100)} %`)
    },
    end: () => {
      if (isTty.stderr) stderr('\r\x1b[K')
    },
  }
}
