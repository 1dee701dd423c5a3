/** What the commands are given of this process. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CommandContext, Live } from '../cli/context.ts'
import { createLog, type LogLevel } from '../lib/log.ts'
import { wantsColour } from '../lib/style.ts'
import { openStdout } from './stdout.ts'

export function createContext(): CommandContext {
  const stderr = (lines: string) => void process.stderr.write(lines)
  const isTty = { stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true }
  const level: LogLevel = process.env.TARSIER_LOG === 'debug' ? 'debug' : 'info'
  const format = process.env.TARSIER_LOG_FORMAT === 'json' ? 'json' : 'text'
  const colour = wantsColour('auto', isTty.stderr, process.env)
  return {
    stdout: openStdout(),
    stderr,
    log: createLog({ write: stderr, format, level, colour, nowNs: () => Date.now() * 1e6 }),
    isTty,
    env: process.env,
    version: readVersion(),
    shippedRules: fileURLToPath(new URL('../../rules', import.meta.url)),
    live,
  }
}

/** Each loads its part of the pipeline when it is called, not before. */
const live: Live = {
  run: async (settings, context) => (await import('./live.ts')).run(settings, context),
  replay: async (settings, context) => (await import('./live.ts')).replay(settings, context),
  record: async (settings, context) => (await import('./live.ts')).record(settings, context),
  watch: async (settings, context) => (await import('./live.ts')).watch(settings, context),
  doctor: async () => (await import('./live.ts')).doctor(),
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}
