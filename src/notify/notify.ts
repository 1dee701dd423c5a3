/** Opens the outputs that were asked for and hands every finding to each of them. */
import type { Finding } from '../findings/finding.ts'
import { AppError } from '../lib/app-error.ts'
import { nearest } from '../lib/nearest.ts'
import type { OutputContext, OutputStats, PreparedOutput } from './output.ts'
import { parseOutputSpec } from './output-spec.ts'
import { OUTPUTS } from './outputs.ts'

export interface Notifier {
  readonly write: (finding: Finding) => void
  /** Resolves when every output that can wait has room. */
  readonly room: () => Promise<void>
  readonly reopen: () => void
  readonly close: (timeoutMs: number) => Promise<void>
  readonly stats: () => readonly NamedOutputStats[]
}

export interface NamedOutputStats extends OutputStats {
  /** The text given to `--output`. */
  readonly output: string
}

/** Checks `--output` texts without opening anything. Throws AppError OUTPUT_SPEC, OUTPUT_UNKNOWN or OUTPUT_SETTING. */
export function prepareOutputs(specs: readonly string[]): readonly PreparedOutput[] {
  return [...new Set(specs)].map((text) => {
    const spec = parseOutputSpec(text)
    const output = OUTPUTS.find((one) => one.schemes.includes(spec.scheme))
    if (!output) throw unknownOutput(text, spec.scheme)
    return output.prepare(spec)
  })
}

export function openOutputs(prepared: readonly PreparedOutput[], context: OutputContext): Notifier {
  const outputs = prepared.map((one) => ({ text: one.text, output: one.open(context) }))
  return Object.freeze({
    write: (finding: Finding) => {
      for (const { output } of outputs) output.write(finding)
    },
    room: async () => {
      for (const { output } of outputs) await output.room?.()
    },
    reopen: () => {
      for (const { output } of outputs) output.reopen?.()
    },
    close: async (timeoutMs: number) => void (await Promise.all(outputs.map(({ output }) => output.close(timeoutMs)))),
    stats: () => outputs.map(({ text, output }) => ({ output: text, ...countsOf(output.stats()) })),
  })
}

/** A sink tells more of itself than an output does. */
function countsOf({ written, dropped, deadLettered, leftOut }: OutputStats): OutputStats {
  return { written, dropped, ...(deadLettered !== undefined && { deadLettered }), ...(leftOut !== undefined && { leftOut }) }
}

function unknownOutput(text: string, scheme: string): AppError {
  const known = OUTPUTS.flatMap((output) => output.schemes)
  const near = nearest(scheme, known)
  return new AppError('OUTPUT_UNKNOWN', { output: text, known: known.join(', '), hint: near === undefined ? '' : ` Did you mean ${near}?` })
}
