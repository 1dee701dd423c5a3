/** Mistakes in the techniques that a rule names, against version 18 of ATT&CK, ATLAS and OWASP's lists. */
import { basename, dirname } from 'node:path'
import type { LinkedRule } from '../lang/load-rules.ts'
import { isInScope, readAtlas, readOwasp, readTechniques, type Technique } from './facts.ts'
import { atlasOf, owaspOf } from './framework-ids.ts'

/**
 * Lines for people; none when all is well. A technique must exist, be in use, be for Linux or containers, and have a tactic that the rule
 * has: that of its folder, or one of its tags (`defense_evasion`).
 */
export function createTagLint(): (rule: LinkedRule) => readonly string[] {
  const known = readTechniques(18)
  const tactics = new Set([...known.values()].flatMap((one) => one.tactics))
  const others = new Set([...readAtlas(), ...readOwasp()].map(({ id }) => id))
  return (rule) => {
    const words = new Set([basename(dirname(rule.position.file)), ...rule.tags.map((tag) => tag.replaceAll('_', '-'))])
    const itsTactics = [...words].filter((word) => tactics.has(word))
    const unknown = [...atlasOf(rule), ...owaspOf(rule)]
      .filter((id) => !others.has(id))
      .map((id) => `${id} is in no list that is known here`)
    const wrong = rule.techniques.flatMap((id) => mistakeOf(id, known.get(id), itsTactics) ?? [])
    return [...unknown, ...wrong].map((mistake) => `${rule.position.file}:${rule.position.line}: ${mistake}`)
  }
}

function mistakeOf(id: string, technique: Technique | undefined, tactics: readonly string[]): string | undefined {
  if (technique === undefined) return `${id} is no technique of ATT&CK`
  const [status, instead] = technique.status.split(':')
  if (status === 'revoked') return `${id} is revoked; ${instead} stands in its place`
  if (status !== 'live') return `${id} is ${status}`
  if (!isInScope(technique)) return `${id} is for ${technique.platforms.join(', ')}, not for Linux or containers`
  if (tactics.length === 0 || technique.tactics.some((tactic) => tactics.includes(tactic))) return undefined
  const tags = technique.tactics.map((tactic) => tactic.replaceAll('-', '_')).join(' or ')
  return `${id} (${technique.name}) is no technique of ${tactics.join(', ')}: add the tag ${tags}, or take it out`
}
