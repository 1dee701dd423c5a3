/** The form of an output: where findings go. One definition per file, listed in outputs.ts. */
import type { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { AppError } from '../lib/app-error.ts'
import type { LineSink } from '../lib/line-sink.ts'
import type { Log } from '../lib/log.ts'
import { nearest } from '../lib/nearest.ts'
import type { OutputSpec } from './output-spec.ts'

/** An open output. None of its functions throws or blocks; what cannot be delivered is counted. */
export interface Output {
  readonly write: (finding: Finding) => void
  readonly stats: () => OutputStats
  /** Resolves when there is room again, for those who can wait: a replay, new rules. */
  readonly room?: () => Promise<void>
  /** SIGHUP: files are opened anew. */
  readonly reopen?: () => void
  /** Delivers what waits, for at most `timeoutMs`; what is left then counts as dropped. */
  readonly close: (timeoutMs: number) => Promise<void>
}

export interface OutputStats {
  /** Findings delivered, as far as the transport can tell. */
  readonly written: number
  /** Findings that this output lost. */
  readonly dropped: number
  /** Of those, how many lie in its dead-letter file. */
  readonly deadLettered?: number
  /** Findings that it was asked not to send: more than `maxPerMinute`. */
  readonly leftOut?: number
}

/** What an output needs of the process around it. */
export interface OutputContext {
  readonly stdout: LineSink
  /** Whether standard output wants colours. */
  readonly colour: boolean
  readonly verbose: boolean
  readonly log: Log
  /** Finds the means to send to Unix datagram sockets; undefined where the native addon is not built. */
  readonly datagramSender?: () => SendDatagram | undefined
  /** Id of this process, for the syslog header. */
  readonly processId: number
  /** What outlives a run lies there; undefined: nothing does. */
  readonly stateFolder?: string | undefined
}

/** Sends one message to the socket at `path`, without waiting; returns 0 or an errno. */
export type SendDatagram = (path: string, bytes: Buffer) => number

export interface OutputExample {
  /** As given to `--output`. */
  readonly spec: string
  readonly doc: string
  /** What the schema makes of it. */
  readonly config: Readonly<Record<string, unknown>>
}

export interface OutputDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly name: string
  /** What `--output` may begin with to mean this output. */
  readonly schemes: readonly string[]
  readonly doc: string
  readonly schema: S
  readonly examples: readonly OutputExample[]
  /** The settings that the part before `?` holds; those behind it are added. All are texts that the schema parses. */
  readonly settingsOf: (spec: OutputSpec) => Readonly<Record<string, string | undefined>>
  readonly open: (config: z.infer<S>, context: OutputContext) => Output
}

/** A definition whose config type is hidden, so that all of them fit into one list. */
export interface AnyOutput extends Omit<OutputDefinition, 'open'> {
  /** Checks the settings. Throws AppError OUTPUT_SETTING; nothing is opened yet. */
  readonly prepare: (spec: OutputSpec) => PreparedOutput
}

export interface PreparedOutput {
  readonly name: string
  /** The spec as given, for messages. */
  readonly text: string
  readonly config: Readonly<Record<string, unknown>>
  readonly open: (context: OutputContext) => Output
}

export function defineOutput<S extends z.ZodObject>(definition: OutputDefinition<S>): AnyOutput {
  const { open, ...rest } = definition
  const prepare = (spec: OutputSpec): PreparedOutput => {
    const config = parseSettings(definition, spec)
    return { name: definition.name, text: spec.text, config, open: (context) => open(config, context) }
  }
  return Object.freeze({ ...rest, prepare })
}

function parseSettings<S extends z.ZodObject>(definition: OutputDefinition<S>, spec: OutputSpec): z.infer<S> {
  const settings = Object.entries({ ...definition.settingsOf(spec), ...spec.settings }).filter(([, value]) => value !== undefined)
  const known = Object.keys(definition.schema.shape)
  for (const [name] of settings) if (!known.includes(name)) throw unknownSetting(spec, name, known)
  const result = definition.schema.safeParse(Object.fromEntries(settings))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new AppError('OUTPUT_SETTING', { output: spec.text, problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` })
}

function unknownSetting(spec: OutputSpec, name: string, known: readonly string[]): AppError {
  const near = nearest(name, known)
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`
  return new AppError('OUTPUT_SETTING', { output: spec.text, problem: `unknown setting ${name}, ${hint}` })
}
