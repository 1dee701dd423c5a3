/**
 * How much an incident weighs, from 0 to 100. Each finding takes away a part of what is missing to 100: a rule that was not there before as
 * much as its priority is worth, one that was there ever less, and each technique that was not there before a little more. So many
 * equal findings never outweigh two different ones of the same priority.
 */
import type { Priority } from '../findings/finding.ts'

/** Of what is missing to 100. */
const WORTH: Readonly<Record<Priority, number>> = {
  emergency: 0.55,
  alert: 0.5,
  critical: 0.45,
  error: 0.32,
  warning: 0.22,
  notice: 0.08,
  informational: 0.03,
  debug: 0.01,
}

/** Of its worth, what a rule adds when it repeats; divided by how many findings there are. */
const REPEATED = 0.1
const TECHNIQUE = 0.05

export interface RiskStep {
  readonly priority: Priority
  /** The rule has no finding in the incident yet. */
  readonly isNewRule: boolean
  readonly newTechniques: number
  /** With this one. */
  readonly findings: number
}

export function raisedRisk(risk: number, { priority, isNewRule, newTechniques, findings }: RiskStep): number {
  const worth = WORTH[priority] * (isNewRule ? 1 : REPEATED / Math.max(1, findings))
  const left = (1 - risk / 100) * (1 - worth) * (1 - TECHNIQUE) ** newTechniques
  return 100 * (1 - left)
}
