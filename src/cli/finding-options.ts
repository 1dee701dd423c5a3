/** Options that say where findings go and how; `run` and `replay` have them. */
import { parseDurationMs } from '../lib/quantity.ts'
import type { FindingChoice } from './context.ts'
import { amount, choice, flag, texts, type ValuesOf } from './option.ts'
import type { SharedValues } from './shared-options.ts'

const FOLD_WINDOW_MS = 1000

export const FINDING_OPTIONS = {
  format: choice(['pretty', 'json'], 'How findings are printed on standard output. Default: pretty, with --json json.'),
  output: texts(
    'OUTPUT',
    'Where findings go: terminal, json, file:PATH, syslog://HOST… (see docs/reference/outputs.md). May be given several times. Without --format, nothing else is printed on standard output then.',
    'repeat',
  ),
  foldWindow: amount(
    'TIME',
    'Equal findings of one process within this time are counted and printed as one. 0 prints each. Default: 1s.',
    'a time such as 500ms or 2s',
    parseDurationMs,
  ),
  shadow: flag('Print findings of rules with `shadow: true`, too, with the tag shadow. Without it they are only counted (tarsier top).'),
  verbose: flag('Print lineage, ATT&CK techniques and event ids below each finding.', { short: 'v' }),
} as const

export function findingChoiceOf(values: ValuesOf<typeof FINDING_OPTIONS> & SharedValues): FindingChoice {
  const { foldWindow, shadow, verbose, color } = values
  return { outputs: outputsOf(values), foldWindowMs: foldWindow ?? FOLD_WINDOW_MS, shadow, verbose, color: color ?? 'auto' }
}

function outputsOf({ format, json, output }: ValuesOf<typeof FINDING_OPTIONS> & SharedValues): readonly string[] {
  const wanted = format ?? (json ? 'json' : undefined)
  if (wanted === undefined) return output.length === 0 ? ['terminal'] : output
  return [wanted === 'json' ? 'json' : 'terminal', ...output]
}
