/** A match as a finding: the rule's output filled in, with lineage, ATT&CK ids and what findings are folded by. */
import type { Event } from '../events/event.ts'
import type { Process } from '../events/process.ts'
import type { AttackTechnique, Finding, FindingReason, LineageEntry } from '../findings/finding.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { circumstancesOf } from './circumstances.ts'

/** The most ancestors that a finding tells. */
const MAX_LINEAGE = 32
/** The most checks that a finding tells of. */
const MAX_REASONS = 32

export interface FindingFacts {
  readonly hostname: string
  /** Numbers the findings of this run: with the time it makes their ids, which sort. */
  readonly nextNumber: () => number
}

/** Reads everything out of the event: the finding outlives it. */
export function createFindingMaker({ hostname, nextNumber }: FindingFacts): (rule: CompiledRule, event: Event) => Finding {
  return (compiled, event) => {
    const { rule } = compiled
    const { output, fields } = compiled.format(event)
    const whose = whoseOf(event)
    return Object.freeze({
      id: findingId(event.timeNs, nextNumber()),
      rule: rule.name,
      priority: compiled.priorityFor(event) ?? rule.priority,
      source: rule.source,
      tags: rule.shadow ? [...rule.tags, 'shadow'] : rule.tags,
      attack: attackOf(compiled),
      output,
      outputFields: fields,
      timeNs: event.timeNs,
      hostname,
      eventIds: [event.id],
      ...whose,
      why: reasonsOf(compiled, event),
      confidence: rule.confidence,
      foldKey: `${rule.name}\0${whose.processKey ?? event.id}\0${output}`,
      count: 1,
    })
  }
}

/** Who did it, and what is around. */
export function whoseOf(event: Event) {
  const process = event.kind === 'flat' ? undefined : event.process
  return {
    lineage: process === undefined ? [] : lineageOf(process),
    containerId: containerOf(event, process),
    processKey: process && `${process.pid}@${process.startNs}`,
    ...circumstancesOf(event, process),
  }
}

/** Sorts by time, then by number. */
export const findingId = (timeNs: number, number: number): string => `${timeKey(timeNs)}-${number.toString(36).padStart(8, '0')}`

/** µs since 1970, in a form whose texts sort as the times do. */
const timeKey = (timeNs: number): string =>
  Math.max(0, Math.trunc(timeNs / 1000))
    .toString(36)
    .padStart(11, '0')

const techniques = new WeakMap<CompiledRule, readonly AttackTechnique[]>()

/** The rule's `techniques`, then what its tags name: `T1059.004`, `mitre_t1059`. */
function attackOf(compiled: CompiledRule): readonly AttackTechnique[] {
  const known = techniques.get(compiled)
  if (known !== undefined) return known
  const { techniques: given, tags } = compiled.rule
  const named = tags.flatMap((tag) => /^(?:mitre_|attack\.)?(T\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? [])
  const ids = [...new Set([...given, ...named])].map((id) => ({ id }))
  techniques.set(compiled, ids)
  return ids
}

/** Matches are rare: the condition is run once more, check by check. */
function reasonsOf(compiled: CompiledRule, event: Event): FindingReason[] {
  const { path } = compiled.explain(event)
  return path.slice(0, MAX_REASONS).map(({ text, value, result, macros }) => ({ check: text, value, held: result, macros }))
}

/** The process itself first, then its ancestors. */
function lineageOf(process: Process): LineageEntry[] {
  const entries: LineageEntry[] = []
  const seen = new Set<Process>()
  for (let one: Process | undefined = process; one !== undefined && entries.length < MAX_LINEAGE && !seen.has(one); one = one.parent) {
    seen.add(one)
    entries.push({
      pid: one.pid,
      startNs: one.startNs,
      name: one.comm,
      exePath: one.exePath,
      cmdline: one.cmdline,
      user: one.userName ?? String(one.euid),
    })
  }
  return entries
}

function containerOf(event: Event, process: Process | undefined): string | undefined {
  if (event.kind !== 'flat') return process?.container?.id
  const id = event.values['container.id']
  return typeof id === 'string' && id !== 'host' && id !== '' ? id : undefined
}
