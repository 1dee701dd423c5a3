/** How what was prevented is told: a finding of the rule, though the event never happened, and an action record. */
import { whoseOf } from '../detect/finding.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import { type ActionRecord, type ActionStep, MAX_REACHED } from '../findings/action-record.ts'
import type { Finding } from '../findings/finding.ts'
import { INTERNAL_RULES, internalFinding } from '../findings/internal-finding.ts'

/** `too late`: the answer came when the deadline was over, and the act was allowed. */
export type PreventionEnd = 'prevented' | 'dry run' | 'too late'

const WORDS: Readonly<Record<PreventionEnd, string>> = {
  prevented: 'prevented',
  'dry run': 'would have been prevented',
  'too late': 'not prevented: the decision came too late',
}

const TAGS: Readonly<Record<PreventionEnd, string>> = { prevented: 'prevented', 'dry run': 'would-prevent', 'too late': 'prevention-late' }

/** Its output, tags and `evt.res` say how it ended; it is folded apart from the finding of an event that happened. */
export function preventionFinding(finding: Finding, end: PreventionEnd): Finding {
  return Object.freeze({
    ...finding,
    output: `${finding.output} (${WORDS[end]})`,
    outputFields: { ...finding.outputFields, 'evt.res': end === 'prevented' ? 'EPERM' : 'SUCCESS' },
    tags: [...finding.tags, TAGS[end]],
    foldKey: `${finding.foldKey}\0${end}`,
  })
}

/** Who wanted to do what. */
export interface PreventedAct {
  /** exec, open, connect… */
  readonly verb: string
  readonly of: string
  readonly pid: number
  readonly comm: string
  /** What denies. */
  readonly by: 'fanotify' | 'BPF LSM'
  readonly detail: ActionRecord['detail']
  /** Why it may be denied; undefined: the rule is marked. */
  readonly because?: string
}

export interface BlockedAct {
  readonly act: PreventedAct
  /** Path of the blocked file, where this is another one with its content. */
  readonly copyOf: string | undefined
  readonly hostname: string
}

/** No rule found it: the file is blocked. */
export function blockedFinding(event: AnyKernelEvent, { act, copyOf, hostname }: BlockedAct): Finding {
  const { verb, of, pid, comm } = act
  const fields = { 'proc.pid': pid, 'proc.name': comm, 'proc.exepath': event.process?.exePath ?? '', 'fd.name': of, 'evt.res': 'EPERM' }
  const what = copyOf === undefined ? 'which is blocked' : `which has the content of ${copyOf}, a blocked file`
  const output = `${comm} (${pid}) wanted to ${verb === 'exec' ? 'run' : 'open'} ${of}, ${what} (prevented)`
  const finding = internalFinding(INTERNAL_RULES.fileDenied, { output, fields, timeNs: event.timeNs, hostname })
  const whose = whoseOf(event)
  return Object.freeze({
    ...finding,
    ...whose,
    tags: [...finding.tags, 'prevented'],
    foldKey: `${finding.rule}\0${whose.processKey}\0${output}`,
  })
}

/** Verified: the kernel took the answer. */
export function preventionRecord(finding: Finding, act: PreventedAct, end: PreventionEnd): ActionRecord {
  const { verb, of, pid, comm, detail } = act
  const steps = stepsOf(finding.timeNs, end, act)
  return Object.freeze({
    id: `prevent-${finding.id}`,
    timeNs: finding.timeNs,
    hostname: finding.hostname,
    action: `prevent-${verb}`,
    target: `process ${pid} (${comm}): ${verb} of ${of}`,
    mode: end === 'dry run' ? 'dry-run' : 'act',
    phase: (steps.at(-1) as ActionStep).phase,
    steps,
    findingId: finding.id,
    incidentId: undefined,
    userId: undefined,
    policy: `rule: ${finding.rule}`,
    undoable: false,
    expiresNs: undefined,
    reach: {
      processes: [`${pid} ${comm}`].slice(0, MAX_REACHED),
      processCount: 1,
      containers: finding.containerId === undefined ? [] : [finding.containerId],
    },
    detail: { ...detail, rule: finding.rule, count: finding.count },
  } satisfies ActionRecord)
}

function stepsOf(timeNs: number, end: PreventionEnd, { by, because = 'the rule is marked prevent' }: PreventedAct): readonly ActionStep[] {
  const step = (phase: ActionStep['phase'], detail: string): ActionStep => ({ phase, timeNs, detail })
  switch (end) {
    case 'dry run':
      return [step('planned', 'would be denied with EPERM')]
    case 'too late':
      return [step('allowed', because), step('failed', 'the deadline was over: the kernel had let it go on')]
    case 'prevented':
      return [step('allowed', because), step('executed', `denied by ${by} before it was done`), step('verified', 'the call got EPERM')]
    default:
      return end satisfies never
  }
}
