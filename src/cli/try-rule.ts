/** `rules try`: begins a trial on the server, draws how far it is, and says what it came to. Ctrl-C ends it there, too. */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backtest } from '../api/services.ts'
import { safeJson } from '../lib/escape.ts'
import { type ColourChoice, createStyle } from '../lib/style.ts'
import { readTextFiles } from '../lib/text-files.ts'
import { colourOf } from './colour.ts'
import type { CommandContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { connectServer, type ServerChoice } from './server-client.ts'
import { trialText } from './server-details.ts'
import { createShareBar } from './store-options.ts'

export interface TrySettings extends ServerChoice {
  /** Its name, or a file. */
  readonly rule: string
  readonly from: string
  readonly to: string | undefined
  readonly json: boolean
  readonly color: ColourChoice | undefined
}

const ASK_MS = 250
const MAX_BYTES = 1024 * 1024

/** Throws AppError SERVER_*, FILE_*. */
export async function tryRule({ rule, from, to, json, color, ...choice }: TrySettings, context: CommandContext): Promise<ExitCode> {
  const client = connectServer(choice, context)
  const subject = rule === '-' || existsSync(rule) || /\.ya?ml$/.test(rule) ? { yaml: textOf(rule) } : { name: rule }
  let trial = await client.post<Backtest>('/backtests', { ...subject, from, ...(to === undefined ? {} : { to }) })
  const path = `/backtests/${encodeURIComponent(trial.id)}`
  const onStop = (): void =>
    void client.remove(path).catch((error: Error) => context.log.warning('the trial goes on', { reason: error.message }))
  process.once('SIGINT', onStop)
  const bar = createShareBar(context)
  try {
    while (trial.state === 'running') {
      bar.draw(trial.progress)
      await sleep(ASK_MS)
      trial = await client.get<Backtest>(path)
    }
  } finally {
    bar.end()
    process.off('SIGINT', onStop)
  }
  context.stdout.write(json ? `${safeJson(trial)}\n` : trialText(trial, createStyle(colourOf(color, context))))
  return trial.state === 'done' ? EXIT.ok : EXIT.failed
}

function textOf(path: string): string {
  return readTextFiles([path], { extensions: ['.yaml', '.yml'], maxBytes: MAX_BYTES })
    .map(({ text }) => text)
    .join('\n')
}
