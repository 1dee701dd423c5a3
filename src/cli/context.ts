/**
 * What commands are given. They never import the pipeline or a source themselves: src/bin/ hands in functions that
 * load it only when called, so that `tarsier version` starts without it.
 */
import type { Event } from '../events/event.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import type { HealthReport } from '../lib/health.ts'
import type { LineSink } from '../lib/line-sink.ts'
import type { Log } from '../lib/log.ts'
import type { ColourChoice } from '../lib/style.ts'
import type { ExitCode } from './exit-code.ts'

export interface CommandContext {
  /** Results. Closed (flushed) by the caller after the command. */
  readonly stdout: LineSink
  /** Everything else. Takes whole lines. */
  readonly stderr: (lines: string) => void
  readonly log: Log
  readonly isTty: { readonly stdout: boolean; readonly stderr: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** The folder of the rules that come with Tarsier. */
  readonly shippedRules: string
  readonly live: Live
}

/** Where findings go and how they are folded. */
export interface FindingChoice {
  /** As given to `--output`; never empty. */
  readonly outputs: readonly string[]
  readonly foldWindowMs: number
  readonly verbose: boolean
  readonly color: ColourChoice
}

export interface SensorChoice {
  /** Bytes of the kernel ring buffer; undefined: the sensor's own choice. */
  readonly ringBytes: number | undefined
  /** Whether 32-bit system calls are watched. */
  readonly compat: boolean
}

export interface RunSettings extends FindingChoice, SensorChoice {
  readonly rules: RuleChoice
  /** The name of a rule whose near misses are explained on standard error. */
  readonly explain: string | undefined
}

export interface ReplaySettings extends FindingChoice {
  readonly file: string
  readonly rules: RuleChoice
  readonly explain: string | undefined
  /** 1 is the pace at which it happened; undefined as fast as possible. */
  readonly speed: number | undefined
}

export interface RecordSettings extends SensorChoice {
  readonly file: string
  /** Undefined: until SIGINT or SIGTERM. */
  readonly seconds: number | undefined
  /** Kinds or prefixes (`file.`); empty means all. */
  readonly kinds: readonly string[]
}

export interface WatchSettings extends SensorChoice {
  readonly kinds: readonly string[]
  /** A condition in the rule language; undefined shows all. */
  readonly filter: string | undefined
  /** Called for each event; what it needs of it must be copied. */
  readonly onEvent: (event: Event) => void
}

/** What needs the sensor, a recording or the whole pipeline. Each resolves when it ended, with the exit code. */
export interface Live {
  readonly run: (settings: RunSettings, context: CommandContext) => Promise<ExitCode>
  readonly replay: (settings: ReplaySettings, context: CommandContext) => Promise<ExitCode>
  readonly record: (settings: RecordSettings, context: CommandContext) => Promise<ExitCode>
  readonly watch: (settings: WatchSettings, context: CommandContext) => Promise<ExitCode>
  readonly doctor: (context: CommandContext) => Promise<HealthReport>
}
