/** Findings of a dead-letter file, sent again. */
import type { Finding } from '../findings/finding.ts'
import { readLines } from '../lib/lines.ts'
import { type NamedOutputStats, openOutputs, prepareOutputs } from '../notify/notify.ts'
import type { AgentHost } from './agent.ts'
import { outputContext } from './output-context.ts'
import { findingOf } from './server/incoming-lines.ts'

export interface ResendSettings {
  /** JSON lines, each with a member `finding`; `-` is standard input. */
  readonly file: string
  /** As given to `--output`. */
  readonly outputs: readonly string[]
}

export interface ResendReport {
  /** Findings that were read. */
  readonly findings: number
  /** Lines that hold none. */
  readonly unreadable: number
  readonly outputs: readonly NamedOutputStats[]
}

const MAX_LINE = 1024 * 1024
const CLOSE_MS = 60_000

/** Ends when all is sent, or when a server does not take it. The file stays as it is. Throws AppError OUTPUT_*, FILE_UNREADABLE. */
export async function resendFindings({ file, outputs }: ResendSettings, host: AgentHost): Promise<ResendReport> {
  const notifier = openOutputs(prepareOutputs(outputs), outputContext(host, false))
  const tally = { findings: 0, unreadable: 0 }
  try {
    for await (const { text } of readLines(file, MAX_LINE)) {
      const finding = text === undefined ? undefined : findingIn(text)
      if (finding === undefined) tally.unreadable++
      else {
        tally.findings++
        notifier.write(finding)
        await notifier.room()
      }
    }
  } finally {
    await notifier.close(CLOSE_MS)
  }
  return { ...tally, outputs: notifier.stats() }
}

function findingIn(line: string): Finding | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? findingOf(value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined // counted by the caller
  }
}
