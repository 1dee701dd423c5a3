/** What the commands are given of this process. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CommandContext, Live } from '../cli/context.ts'
import { createLog, type LogLevel } from '../lib/log.ts'
import { wantsColour } from '../lib/style.ts'
import { createAccessWork } from './access.ts'
import { createEvidenceWork } from './evidence.ts'
import { openStdout } from './stdout.ts'
import { createStoreWork } from './store.ts'

export function createContext(): CommandContext {
  const stderr = (lines: string) => void process.stderr.write(lines)
  const isTty = { stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true }
  const level: LogLevel = process.env.TARSIER_LOG === 'debug' ? 'debug' : 'info'
  const format = process.env.TARSIER_LOG_FORMAT === 'json' ? 'json' : 'text'
  const colour = wantsColour('auto', isTty.stderr, process.env)
  const log = createLog({ write: stderr, format, level, colour, nowNs: () => Date.now() * 1e6 })
  const version = readVersion()
  return {
    stdout: openStdout(),
    stderr,
    log,
    isTty,
    env: process.env,
    version,
    shippedResponses: fileURLToPath(new URL('../../responses', import.meta.url)),
    shippedRules: fileURLToPath(new URL('../../rules', import.meta.url)),
    shippedWorkloads: fileURLToPath(new URL('../../noise', import.meta.url)),
    live,
    store: createStoreWork(log, version),
    evidence: createEvidenceWork(version),
    access: createAccessWork(),
  }
}

/** Each loads its part of the pipeline when it is called, not before. */
const live: Live = {
  run: async (settings, context) => (await import('./live.ts')).run(settings, context),
  serve: async (settings, context) => (await import('./serve.ts')).serve(settings, context),
  replay: async (settings, context) => (await import('./live.ts')).replay(settings, context),
  resend: async (settings, context) => (await import('./live.ts')).resend(settings, context),
  record: async (settings, context) => (await import('./live.ts')).record(settings, context),
  watch: async (settings, context) => (await import('./live.ts')).watch(settings, context),
  prove: async (settings, context) => (await import('./live.ts')).prove(settings, context),
  noise: async (settings, context) => (await import('./live.ts')).noise(settings, context),
  readResponses: async (paths) =>
    (await import('../pipeline/responses/load.ts')).readResponses({ paths, managed: undefined, atMost: 'act' }),
  listWorkloads: async (folder) => (await import('./live.ts')).listWorkloads(folder),
  costs: async (asked) => (await import('../pipeline/top.ts')).askCosts(asked),
  doctor: async (state) => (await import('./live.ts')).doctor(state),
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}
