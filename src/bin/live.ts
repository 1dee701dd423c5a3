/** The commands that need the pipeline: turns what the command line says into what the pipeline takes. */
import type { CommandContext, RecordSettings, ReplaySettings, RunSettings, WatchSettings } from '../cli/context.ts'
import type { ExitCode } from '../cli/exit-code.ts'
import type { HealthReport } from '../lib/health.ts'
import { type ColourChoice, wantsColour } from '../lib/style.ts'
import { type AgentHost, runAgent } from '../pipeline/agent.ts'
import { examineHost } from '../pipeline/doctor/doctor.ts'
import { recordEvents } from '../pipeline/record.ts'
import { replayRecording } from '../pipeline/replay.ts'
import { watchEvents } from '../pipeline/watch.ts'
import { takeOwnName } from './own-name.ts'

export async function run(settings: RunSettings, context: CommandContext): Promise<ExitCode> {
  takeOwnName()
  await runAgent(settings, hostOf(context, settings.color))
  return 0
}

export async function replay(settings: ReplaySettings, context: CommandContext): Promise<ExitCode> {
  await replayRecording(settings, hostOf(context, settings.color))
  return 0
}

export async function record(settings: RecordSettings, context: CommandContext): Promise<ExitCode> {
  await recordEvents({ ...settings, rulePath: context.shippedRules }, hostOf(context, 'auto'))
  return 0
}

export async function watch(settings: WatchSettings, context: CommandContext): Promise<ExitCode> {
  await watchEvents(settings, hostOf(context, 'auto'))
  return 0
}

export function doctor(): Promise<HealthReport> {
  return examineHost()
}

function hostOf({ stdout, stderr, log, isTty, env }: CommandContext, choice: ColourChoice): AgentHost {
  const colour = { stdout: wantsColour(choice, isTty.stdout, env), stderr: wantsColour(choice, isTty.stderr, env) }
  return { stdout, stderr, log, colour }
}
