/** What people are told of a finding beside its text, in the order in which it helps them. */
import type { Finding, LineageEntry } from '../findings/finding.ts'
import { rfc3339Micro } from '../lib/time-format.ts'
import { clipLine } from './clip.ts'

export interface FindingFact {
  readonly label: string
  /** One printable line of bounded length. */
  readonly value: string
}

const MAX_VALUE = 300
const MAX_LINEAGE = 6

/** Without those that the finding does not have. Values hold no control characters; markup is the caller's to escape. */
export function factsOf(finding: Finding): readonly FindingFact[] {
  const { workload, object, attack, tags, count, confidence } = finding
  const pod = workload?.podName === undefined ? undefined : `${workload.podNamespace ?? ''}/${workload.podName}`
  const peer = object?.ip === undefined ? undefined : `${object.ip}${object.port === undefined ? '' : ` port ${object.port}`}`
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Host', finding.hostname],
    ['Time', rfc3339Micro(finding.timeNs)],
    ['Container', workload?.containerName ?? finding.containerId],
    ['Image', workload?.image],
    ['Pod', pod],
    ['File', object?.file],
    ['Connection', peer],
    ['Processes', finding.lineage.slice(0, MAX_LINEAGE).map(processText).join(' ← ')],
    ['ATT&CK', attack.map(({ id }) => id).join(', ')],
    ['Tags', tags.join(', ')],
    ['Confidence', confidence],
    ['Times', count > 1 ? String(count) : undefined],
    ['Finding', finding.id],
  ]
  return facts.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value: clipLine(value, MAX_VALUE) }]))
}

function processText({ name, cmdline, pid, user }: LineageEntry): string {
  return `${clipLine(cmdline === '' ? name : cmdline, 80)} [${pid}${user === '' ? '' : ` ${user}`}]`
}
