/** Which findings an output is to have. */
import type { Finding, Priority } from '../../findings/finding.ts'
import { severityOf } from '../../findings/priority.ts'

export interface FindingFilter {
  /** This urgent and more. */
  readonly minPriority: Priority
  /** Names of rules in which `*` stands for anything; undefined: all. */
  readonly rules?: readonly string[] | undefined
  /** One of these, or any where undefined. */
  readonly tags?: readonly string[] | undefined
}

export function createFindingFilter({ minPriority, rules, tags }: FindingFilter): (finding: Finding) => boolean {
  const most = severityOf(minPriority)
  const names = rules?.map(matchStars)
  return (finding) =>
    severityOf(finding.priority) <= most &&
    (names?.some((matches) => matches(finding.rule)) ?? true) &&
    (tags?.some((tag) => finding.tags.includes(tag)) ?? true)
}

/** `*` is any run of characters, the rest stands for itself, whatever its case. Linear in the text for each star. */
function matchStars(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split(/\*+/)
  const last = rest.pop()
  if (last === undefined) return (text) => text.toLowerCase() === first
  return (given) => {
    const text = given.toLowerCase()
    if (!text.startsWith(first)) return false
    let at = first.length
    for (const part of rest) {
      const found = text.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return at <= text.length - last.length && text.endsWith(last)
  }
}
