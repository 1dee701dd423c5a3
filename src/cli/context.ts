/**
 * What commands are given. They never import the pipeline or a source themselves: src/bin/ hands in functions that
 * load it only when called, so that `tarsier version` starts without it.
 */
import type { Event } from '../events/event.ts'
import type { NoiseReport } from '../findings/noise-report.ts'
import type { Proof, ProofReport } from '../findings/proof.ts'
import type { ResponseSet } from '../lang/load-responses.ts'
import type { ResponseChoice } from '../lang/response-choice.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import type { CostReport } from '../lib/cost-report.ts'
import type { HealthReport } from '../lib/health.ts'
import type { LineSink } from '../lib/line-sink.ts'
import type { ListenAddress } from '../lib/listen-address.ts'
import type { Log } from '../lib/log.ts'
import type { ColourChoice } from '../lib/style.ts'
import type { AccessWork } from './access-work.ts'
import type { EvidenceWork } from './evidence-work.ts'
import type { ExitCode } from './exit-code.ts'
import type { StoreWork } from './store-work.ts'

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
  /** The folder of the responses that come with Tarsier. */
  readonly shippedResponses: string
  /** The folder of the benign work that comes with Tarsier. */
  readonly shippedWorkloads: string
  readonly live: Live
  readonly store: StoreWork
  readonly evidence: EvidenceWork
  readonly access: AccessWork
}

/** Where findings go and how they are folded. */
export interface FindingChoice {
  /** As given to `--output`; never empty. */
  readonly outputs: readonly string[]
  readonly foldWindowMs: number
  /** Rules in shadow make findings, too. */
  readonly shadow: boolean
  readonly verbose: boolean
  readonly color: ColourChoice
}

export interface SensorChoice {
  /** Bytes of the kernel ring buffer; undefined: the sensor's own choice. */
  readonly ringBytes: number | undefined
  /** Whether 32-bit system calls are watched. */
  readonly compat: boolean
}

/** How the agent's own cost is watched and told. */
export interface CostChoice {
  /** Where metrics are served. */
  readonly metrics: ListenAddress | undefined
  /** Whether the kernel measures its programs all the while. */
  readonly bpfStats: boolean
  /** Of one processor: 0.05 for 5 %. */
  readonly maxCpu: number | undefined
}

/** What becomes of rules that are marked prevent. */
export interface PreventionChoice {
  readonly mode: 'act' | 'dry-run' | 'off'
  readonly deadlineMs: number
  /** Mount points; none: any that the rules speak of. */
  readonly mounts: readonly string[]
  /** Full paths of programs that are never denied anything, beside those that every host needs. */
  readonly protectedPrograms: readonly string[]
}

/** What is kept for a server, and who runs it. */
export interface ServerChoice {
  /** `own`: the agent. `apart`: somebody else. `none`: nothing is kept. */
  readonly server: 'own' | 'apart' | 'none'
  /** Where it answers; undefined: its own choice. */
  readonly listen: ListenAddress | undefined
  /** Lines of history in a second; undefined: no history. */
  readonly historyPerSecond: number | undefined
  /** What may wait on the disk. */
  readonly spoolBytes: { readonly findings: number; readonly history: number }
}

/** Of what responses keep on the disk. */
export interface KeepLimit {
  readonly maxBytes: number
  readonly maxAgeMs: number
}

export type KeepChoice = Readonly<Record<'evidence' | 'flight', KeepLimit>>

export interface RunSettings extends FindingChoice, SensorChoice, CostChoice, ServerChoice {
  readonly rules: RuleChoice
  /** What is done about which findings. */
  readonly responses: ResponseChoice
  /** The name of a rule whose near misses are explained on standard error. */
  readonly explain: string | undefined
  /** The rules are loaded anew when their files change. */
  readonly watchRules: boolean
  /** Whether the kernel side drops what no rule could match. */
  readonly filters: boolean
  /** The folder of what outlives a run. */
  readonly state: string
  readonly prevention: PreventionChoice
  readonly keep: KeepChoice
}

export interface ServeSettings {
  /** The folder of what outlives a run. */
  readonly state: string
  readonly rules: RuleChoice
  readonly responses: ResponseChoice
  /** What is undefined is as server.yaml says. */
  readonly listen: ListenAddress | undefined
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
}

export interface ReplaySettings extends FindingChoice {
  readonly file: string
  readonly rules: RuleChoice
  readonly explain: string | undefined
  /** 1 is the pace at which it happened; undefined as fast as possible. */
  readonly speed: number | undefined
  /** Where the server answers that shows what was found; undefined: none is started. */
  readonly console: { readonly listen: ListenAddress | undefined } | undefined
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

export interface AskCosts {
  /** Undefined: the one agent that runs. */
  readonly pid: number | undefined
  /** Run times of kernel programs, too. */
  readonly programs: boolean
}

/** Long work that says how far it is. */
interface Announced {
  /** Called once, with how much there is to do. */
  readonly onPlan: (count: number) => void
  readonly onStart: (name: string) => void
}

export interface ProveSettings extends Announced {
  readonly rules: RuleChoice
  /** Names of rules, of tactics, ids of techniques; empty means all. */
  readonly words: readonly string[]
  readonly jobs: number
  readonly timeoutMs: number
  /** Where results are kept; undefined: nowhere. */
  readonly ledger: string | undefined
  readonly onResult: (proof: Proof) => void
}

export interface NoiseSettings extends Announced {
  readonly rules: RuleChoice
  /** Folder of workloads. */
  readonly folder: string
  /** Names of workloads; empty means all. */
  readonly names: readonly string[]
  readonly seconds: number
  readonly keepGoing: boolean
  /** Where the report is kept; undefined: nowhere. */
  readonly file: string | undefined
  readonly onResult: () => void
}

export interface ResendSettings {
  /** A dead-letter file. */
  readonly file: string
  /** As given to `--output`; never empty. */
  readonly outputs: readonly string[]
}

export interface ResendReport {
  readonly findings: number
  /** Lines that hold no finding. */
  readonly unreadable: number
  readonly outputs: readonly { readonly output: string; readonly written: number; readonly dropped: number; readonly leftOut?: number }[]
}

/** What needs the sensor, a recording or the whole pipeline. Each resolves when it ended, with the exit code. */
export interface Live {
  readonly run: (settings: RunSettings, context: CommandContext) => Promise<ExitCode>
  readonly serve: (settings: ServeSettings, context: CommandContext) => Promise<ExitCode>
  readonly replay: (settings: ReplaySettings, context: CommandContext) => Promise<ExitCode>
  readonly resend: (settings: ResendSettings, context: CommandContext) => Promise<ResendReport>
  readonly record: (settings: RecordSettings, context: CommandContext) => Promise<ExitCode>
  readonly watch: (settings: WatchSettings, context: CommandContext) => Promise<ExitCode>
  readonly prove: (settings: ProveSettings, context: CommandContext) => Promise<ProofReport>
  readonly noise: (settings: NoiseSettings, context: CommandContext) => Promise<NoiseReport>
  /** Throws AppError FILE_*; what is wrong inside the files are diagnostics. */
  readonly readResponses: (paths: readonly string[]) => Promise<ResponseSet>
  readonly listWorkloads: (folder: string) => Promise<readonly { readonly name: string; readonly doc: string }[]>
  /** Totals of a running agent; two of them make a picture. */
  readonly costs: (asked: AskCosts) => Promise<CostReport>
  /** `state`: the folder of what outlives a run. */
  readonly doctor: (state: string) => Promise<HealthReport>
}
