/** Findings about Tarsier itself: what it could not see. They go the same way as all others, so that no reader misses them. */
import type { Finding, Priority } from './finding.ts'

export interface InternalRule {
  readonly rule: string
  readonly priority: Priority
  readonly doc: string
}

/** Every finding that Tarsier makes about itself. */
export const INTERNAL_RULES = {
  eventsLost: {
    rule: 'Tarsier lost events',
    priority: 'error',
    doc: 'Events of one kind never reached the rules: the buffer between kernel and agent was full, or hooks interrupted each other too deeply.',
  },
  eventsUnreadable: {
    rule: 'Tarsier could not read events',
    priority: 'error',
    doc: 'Records arrived that could not be decoded: the sensor and the agent are of different versions, or memory is damaged.',
  },
  findingsLost: {
    rule: 'Tarsier lost findings',
    priority: 'error',
    doc: 'An output could not take findings: its disk is full, its server is dead, or its reader is too slow.',
  },
} as const satisfies Readonly<Record<string, InternalRule>>

export interface InternalFacts {
  readonly output: string
  readonly fields: Readonly<Record<string, string | number | boolean | null>>
  /** ns since 1970. */
  readonly timeNs: number
  readonly hostname: string
}

/** A finding of source `internal`. Its fold key is unlike that of any other: what calls this limits the rate itself. */
export function internalFinding({ rule, priority }: InternalRule, { output, fields, timeNs, hostname }: InternalFacts): Finding {
  const id = `internal-${Math.trunc(timeNs / 1000).toString(36)}-${(made++).toString(36)}`
  return Object.freeze({
    id,
    rule,
    priority,
    source: 'internal',
    tags: ['tarsier'],
    attack: [],
    output,
    outputFields: fields,
    timeNs,
    hostname,
    eventIds: [],
    lineage: [],
    containerId: undefined,
    processKey: undefined,
    foldKey: id,
    count: 1,
  })
}

let made = 0
