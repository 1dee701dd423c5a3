/** The words of a mail about findings. */
import type { Finding } from '../findings/finding.ts'
import { PRIORITY_LABEL, severityOf } from '../findings/priority.ts'
import { clipLine } from './clip.ts'
import { factsOf } from './finding-facts.ts'

const MAX_SUBJECT = 160
const MAX_OUTPUT = 2000
/** Findings that are told in full; of the others one line each. */
const MAX_FULL = 20

/** One line without control characters: of one finding its rule, of several how many and the worst. */
export function mailSubject(batch: readonly Finding[], prefix: string): string {
  const [first] = batch.toSorted((a, b) => severityOf(a.priority) - severityOf(b.priority))
  if (first === undefined) return prefix
  const hosts = new Set(batch.map((one) => one.hostname))
  const where = hosts.size === 1 ? first.hostname : `${hosts.size} hosts`
  const what = batch.length === 1 ? first.rule : `${batch.length} findings, among them ${first.rule}`
  return clipLine(`${prefix} ${PRIORITY_LABEL[first.priority]}: ${what} (${where})`.trim(), MAX_SUBJECT)
}

/** Plain text, the worst first, times as they were. */
export function mailText(batch: readonly Finding[]): string {
  const sorted = batch.toSorted((a, b) => severityOf(a.priority) - severityOf(b.priority) || a.timeNs - b.timeNs)
  const rest = sorted.slice(MAX_FULL).map(titleOf)
  return [...sorted.slice(0, MAX_FULL).map(paragraphOf), ...(rest.length === 0 ? [] : [rest.join('\n')])].join('\n\n')
}

const titleOf = ({ priority, rule, hostname }: Finding): string =>
  `${PRIORITY_LABEL[priority]}: ${clipLine(rule, 300)} (${clipLine(hostname, 100)})`

function paragraphOf(finding: Finding): string {
  const facts = factsOf(finding).map(({ label, value }) => `  ${label}: ${value}`)
  return [titleOf(finding), `  ${clipLine(finding.output, MAX_OUTPUT)}`, ...facts].join('\n')
}
