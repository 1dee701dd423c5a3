/** The commands that need the pipeline: turns what the command line says into what the pipeline takes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  CommandContext,
  NoiseSettings,
  ProveSettings,
  RecordSettings,
  ReplaySettings,
  ResendReport,
  ResendSettings,
  RunSettings,
  WatchSettings,
} from '../cli/context.ts'
import type { ExitCode } from '../cli/exit-code.ts'
import type { NoiseReport } from '../findings/noise-report.ts'
import type { ProofReport } from '../findings/proof.ts'
import type { HealthReport } from '../lib/health.ts'
import { type ColourChoice, wantsColour } from '../lib/style.ts'
import { type AgentHost, runAgent } from '../pipeline/agent.ts'
import { examineHost } from '../pipeline/doctor/doctor.ts'
import { measureNoise, readWorkloads } from '../pipeline/noise.ts'
import { prove as proveCases } from '../pipeline/prove.ts'
import { recordEvents } from '../pipeline/record.ts'
import { replayRecording } from '../pipeline/replay.ts'
import { watchEvents } from '../pipeline/watch.ts'
import { takeOwnName } from './own-name.ts'
import { serverCommand } from './server-command.ts'

/** A recording comes as fast as it is read: nothing of it is left out. */
const REPLAYED = { historyPerSecond: Number.POSITIVE_INFINITY, maxBytes: { findings: 256 * 1024 ** 2, history: 1024 ** 3 } }

export async function run(settings: RunSettings, context: CommandContext): Promise<ExitCode> {
  takeOwnName()
  const { server, historyPerSecond, spoolBytes: maxBytes } = settings
  const command = server === 'own' ? serverCommand(settings, context) : undefined
  const link = server === 'none' ? undefined : { command, historyPerSecond, maxBytes }
  await runAgent({ ...settings, link, version: context.version }, hostOf(context, settings.color))
  return 0
}

export async function replay({ console: shown, ...settings }: ReplaySettings, context: CommandContext): Promise<ExitCode> {
  const host = hostOf(context, settings.color)
  if (shown === undefined) await replayRecording({ ...settings, console: undefined }, host)
  else {
    const state = mkdtempSync(join(tmpdir(), 'tarsier-replay-'))
    try {
      const command = serverCommand({ state, listen: shown.listen, rules: settings.rules }, context)
      await replayRecording({ ...settings, console: { state, link: { command, ...REPLAYED } } }, host)
    } finally {
      rmSync(state, { recursive: true, force: true })
    }
  }
  return 0
}

export async function resend(settings: ResendSettings, context: CommandContext): Promise<ResendReport> {
  const { resendFindings } = await import('../pipeline/resend.ts')
  return resendFindings(settings, hostOf(context, 'auto'))
}

export async function record(settings: RecordSettings, context: CommandContext): Promise<ExitCode> {
  await recordEvents({ ...settings, rulePath: context.shippedRules }, hostOf(context, 'auto'))
  return 0
}

export async function watch(settings: WatchSettings, context: CommandContext): Promise<ExitCode> {
  await watchEvents(settings, hostOf(context, 'auto'))
  return 0
}

export function prove(settings: ProveSettings, context: CommandContext): Promise<ProofReport> {
  return proveCases({ ...settings, version: context.version }, hostOf(context, 'auto'))
}

export function noise(settings: NoiseSettings, context: CommandContext): Promise<NoiseReport> {
  return measureNoise({ ...settings, version: context.version }, hostOf(context, 'auto'))
}

export function listWorkloads(folder: string): readonly { readonly name: string; readonly doc: string }[] {
  return readWorkloads(folder)
}

export function doctor(state: string): Promise<HealthReport> {
  return examineHost(state)
}

function hostOf({ stdout, stderr, log, isTty, env }: CommandContext, choice: ColourChoice): AgentHost {
  const colour = { stdout: wantsColour(choice, isTty.stdout, env), stderr: wantsColour(choice, isTty.stderr, env) }
  return { stdout, stderr, log, colour }
}
