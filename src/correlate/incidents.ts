/** Puts findings together into incidents, by what they have in common; time only says when an incident is over. */
import type { Finding, Priority } from '../findings/finding.ts'
import { PRIORITIES } from '../findings/finding.ts'
import type { CausalKey, Incident, IncidentChange } from '../findings/incident.ts'
import { causalKeys } from './causal-keys.ts'
import { raisedRisk } from './risk.ts'

export interface IncidentOptions {
  /** Those that are not closed, have one of the keys, and were last added to since then; the newest first. */
  readonly find: (keys: readonly CausalKey[], sinceNs: number) => readonly Incident[]
  /** Another text each time. */
  readonly newId: () => string
}

export interface IncidentGroups {
  /** Undefined for a finding that belongs to none, and is not grave enough to begin one. */
  readonly take: (finding: Finding) => IncidentChange | undefined
  /** Each incident that was begun or added to, as it is now. */
  readonly changed: () => readonly Incident[]
}

/** So long after its last finding, another one begins a new incident. */
const QUIET_NS = 30 * 60e9
/** Less urgent ones join only. */
const LEAST_URGENT: Priority = 'warning'
/** Of each incident. */
const MAX_KEYS = 64
const MAX_NAMES = 64
const MAX_TITLE = 300

/** For the findings of one batch, in their order: what it changes must be stored before the next is begun. */
export function groupIncidents({ find, newId }: IncidentOptions): IncidentGroups {
  const changed = new Map<string, Incident>()
  /** By key, what was found for it: of a flood by one process the store is asked once. */
  const known = new Map<string, string>()

  function take(finding: Finding): IncidentChange | undefined {
    const keys = causalKeys(finding)
    if (keys.length === 0) return undefined
    const found = joinable(keys, finding.timeNs)
    if (found === undefined && !isGrave(finding.priority)) return undefined
    const incident = found === undefined ? begun(finding, keys, newId()) : added(found, finding, keys)
    changed.set(incident.id, incident)
    for (const key of incident.keys) known.set(textOf(key), incident.id)
    return { incident, isNew: found === undefined, finding }
  }

  function joinable(keys: readonly CausalKey[], timeNs: number): Incident | undefined {
    const own = keys.flatMap((key) => changed.get(known.get(textOf(key)) ?? '') ?? []).find((one) => isNear(one, timeNs))
    if (own !== undefined) return own
    const [stored] = find(keys, timeNs - QUIET_NS).filter((one) => isNear(one, timeNs))
    return stored === undefined ? undefined : (changed.get(stored.id) ?? stored)
  }

  return Object.freeze({ take, changed: () => [...changed.values()] })
}

const textOf = ({ kind, value }: CausalKey): string => `${kind} ${value}`

const isNear = ({ firstNs, lastNs }: Incident, timeNs: number): boolean => timeNs <= lastNs + QUIET_NS && timeNs >= firstNs - QUIET_NS

const rank = (priority: Priority): number => PRIORITIES.indexOf(priority)

const isGrave = (priority: Priority): boolean => rank(priority) <= rank(LEAST_URGENT)

function begun(finding: Finding, keys: readonly CausalKey[], id: string): Incident {
  const { priority, hostname, timeNs, containerId, processKey, rule, attack } = finding
  const techniques = attack.map((technique) => technique.id)
  return Object.freeze({
    id,
    title: titleOf(finding),
    state: 'open',
    assignee: undefined,
    hostname,
    keys,
    risk: raisedRisk(0, { priority, isNewRule: true, newTechniques: techniques.length, findings: 1 }),
    priority,
    techniques,
    rules: [rule],
    findings: 1,
    firstNs: timeNs,
    lastNs: timeNs,
    containerId,
    processKey,
  })
}

function added(incident: Incident, finding: Finding, keys: readonly CausalKey[]): Incident {
  const { priority, timeNs, rule, attack, containerId } = finding
  const ids = attack.map((technique) => technique.id)
  const newTechniques = ids.filter((id) => !incident.techniques.includes(id))
  const isNewRule = !incident.rules.includes(rule) && incident.rules.length < MAX_NAMES
  const findings = incident.findings + 1
  const isGraver = rank(priority) < rank(incident.priority)
  return Object.freeze({
    ...incident,
    title: isGraver ? titleOf(finding) : incident.title,
    keys: withNew(incident.keys, keys),
    risk: raisedRisk(incident.risk, { priority, isNewRule, newTechniques: newTechniques.length, findings }),
    priority: isGraver ? priority : incident.priority,
    techniques: [...incident.techniques, ...newTechniques].slice(0, MAX_NAMES),
    rules: isNewRule ? [...incident.rules, rule] : incident.rules,
    findings,
    firstNs: Math.min(incident.firstNs, timeNs),
    lastNs: Math.max(incident.lastNs, timeNs),
    containerId: incident.containerId ?? containerId,
  })
}

function withNew(keys: readonly CausalKey[], more: readonly CausalKey[]): readonly CausalKey[] {
  const fresh = more.filter((key) => !keys.some((one) => one.kind === key.kind && one.value === key.value))
  return fresh.length === 0 ? keys : [...keys, ...fresh].slice(0, MAX_KEYS)
}

/** `Model server started a shell: sh, started by vllm, on inference-1`. */
function titleOf({ rule, lineage, hostname, containerId }: Finding): string {
  const [own, parent] = lineage
  const who = own === undefined ? '' : `${own.name}${parent === undefined ? '' : `, started by ${parent.name}`}, `
  const where = containerId === undefined ? `on ${hostname}` : `in container ${containerId} on ${hostname}`
  return `${rule}: ${who}${where}`.slice(0, MAX_TITLE)
}
