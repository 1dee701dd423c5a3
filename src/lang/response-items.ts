/** What stands in response files: what is done about findings, what is never touched, and when nothing is done by itself. */
import type { Confidence, Text } from './items.ts'
import type { PlainValue } from './plain-value.ts'
import type { Priority } from './priority.ts'

export const RESPONSE_MODES = ['off', 'dry-run', 'ask', 'act'] as const
export type ResponseMode = (typeof RESPONSE_MODES)[number]

/** Everything that is given must hold. Texts are globs. */
export interface ResponseWhen {
  readonly rules: readonly string[] | undefined
  readonly tags: readonly string[] | undefined
  /** This and more urgent ones. */
  readonly priority: Priority | undefined
  /** This and surer ones. */
  readonly confidence: Confidence | undefined
  /** 0 to 100, so much at least. */
  readonly risk: number | undefined
  /** Names of containers and pods, and images. */
  readonly workloads: readonly string[] | undefined
  /** Of Kubernetes. */
  readonly namespaces: readonly string[] | undefined
  readonly condition: Text | undefined
}

export interface ResponseStep {
  readonly action: Text
  readonly settings: Readonly<Record<string, PlainValue>>
  /** After so many ns it is taken back; undefined: not by itself. */
  readonly forNs: number | undefined
  /** Whether the steps behind it are done when it fails. */
  readonly onFailure: 'stop' | 'continue'
}

/** Beyond these nothing is done, and it is said. */
export interface ResponseLimits {
  /** Actions of this response that begin within a minute. */
  readonly perMinute: number
  /** Targets that it is at work on together. */
  readonly concurrent: number
  /** Processes that one action may touch. */
  readonly processes: number
  readonly containers: number
}

export interface ResponseItem {
  readonly kind: 'response'
  readonly name: Text
  readonly desc: string
  readonly mode: ResponseMode
  readonly when: ResponseWhen
  readonly steps: readonly ResponseStep[]
  readonly limits: ResponseLimits
  /** How long a person may take to answer, in ns. */
  readonly askForNs: number
}

/** Processes for which the condition holds are touched by no response, whoever asks. */
export interface ProtectItem {
  readonly kind: 'protect'
  readonly name: Text
  readonly condition: Text
}

/** At these times responses are of another mode. */
export interface MaintenanceItem {
  readonly kind: 'maintenance'
  readonly name: Text
  /** 0 is Sunday. */
  readonly days: readonly number[]
  /** Minutes of the day; where `to` is not behind `from`, it is on the next day. */
  readonly from: number
  readonly to: number
  readonly timeZone: string
  readonly mode: Exclude<ResponseMode, 'act'>
  /** Of findings; undefined: all. */
  readonly condition: Text | undefined
}

export type ResponseFileItem = ResponseItem | ProtectItem | MaintenanceItem
