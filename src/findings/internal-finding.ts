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
  rulesLoaded: {
    rule: 'Tarsier loaded new rules',
    priority: 'notice',
    doc: 'The rules were loaded anew while running (SIGHUP, --watch-rules, or changed in the console), and differ from those before.',
  },
  rulesKept: {
    rule: 'Tarsier kept its old rules',
    priority: 'error',
    doc: 'The rules were to be loaded anew, but have errors: those before go on.',
  },
  findingsLost: {
    rule: 'Tarsier lost findings',
    priority: 'error',
    doc: 'An output could not take findings: its disk is full, its server is dead, or its reader is too slow. Or findings waited for the server of this host for so long that there was no more room for them.',
  },
  keysForgotten: {
    rule: 'Tarsier forgot what rules had counted',
    priority: 'error',
    doc: 'Rules about several events had more keys (processes, addresses and the like) alive than there is room for: of the oldest, sequences and counts begin anew.',
  },
  preventionFailed: {
    rule: 'Tarsier prevents nothing',
    priority: 'error',
    doc: 'Rules are marked prevent, or files are blocked, but nothing is decided before it happens: the helper that answers the kernel could not be started, has ended, or was refused. What the rules find is found all the same.',
  },
  preventionMissed: {
    rule: 'Tarsier let pass what it had to decide',
    priority: 'error',
    doc: 'A program was run or a file opened before the rules had an answer: they took longer than the deadline, the process could not be read, or too many waited. Or what was denied could not be told.',
  },
  fileDenied: {
    rule: 'Tarsier denied a blocked file',
    priority: 'warning',
    doc: 'A process wanted to open or run a file that the action block-file blocks, or a copy of it, and got EPERM.',
  },
  blockLost: {
    rule: 'Tarsier blocks a file no more',
    priority: 'error',
    doc: 'The helper of prevention had to start anew, and did not find a blocked file at its path: it is not denied any more, or only copies of it are.',
  },
  budgetTightened: {
    rule: 'Tarsier watches less to save processor time',
    priority: 'warning',
    doc: 'The agent cost more than --max-cpu allows: the kernel side folds equal events over a longer time, or makes only a sample of the events that no rule of priority warning or above wants.',
  },
  budgetEased: {
    rule: 'Tarsier watches more again',
    priority: 'notice',
    doc: 'The agent costs less than --max-cpu allows: a step taken to save processor time is taken back.',
  },
  responseAsked: {
    rule: 'Tarsier asks whether to respond',
    priority: 'warning',
    doc: 'A response in the mode `ask` waits for somebody to allow it, in the console or with `tarsier actions approve`.',
  },
  responseDone: {
    rule: 'Tarsier responded',
    priority: 'notice',
    doc: 'An action was done and seen to have worked, or one that stood was taken back.',
  },
  responseFailed: {
    rule: 'Tarsier could not respond',
    priority: 'critical',
    doc: 'An action failed, could not be seen to have worked, or could not be taken back: somebody has to look.',
  },
  responseLate: {
    rule: 'Tarsier came too late to respond',
    priority: 'notice',
    doc: 'What an action was for had ended by itself before it was done. Where something that descends from it lives on, that is a failure.',
  },
  responseRefused: {
    rule: 'Tarsier held a response back',
    priority: 'warning',
    doc: 'The guard refused an action: it would have touched what is protected, too many processes or containers, or it came too often. Or it was done to one process alone, since the whole would have been too many; or a person asked the agent for what it cannot do.',
  },
  evidenceDeleted: {
    rule: 'Tarsier threw evidence away',
    priority: 'notice',
    doc: 'Evidence was older than --evidence-age, or there was more than --evidence-bytes of it: the oldest archives were deleted.',
  },
  budgetExceeded: {
    rule: 'Tarsier costs more than it may',
    priority: 'error',
    doc: 'The agent costs more than --max-cpu allows, and only events are left that rules of priority warning or above want: they are watched all the same.',
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
    why: [],
    confidence: undefined,
    workload: undefined,
    object: undefined,
    foldKey: id,
    count: 1,
  })
}

let made = 0
