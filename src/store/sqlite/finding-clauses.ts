/** A query for findings as conditions over findings (as f), finding_texts (as t) and finding_groups (as g). */
import type { FindingQuery } from '../state-store.ts'
import { storedText } from '../stored-text.ts'
import { timeValue } from '../time-value.ts'
import { hasText } from './search-text.ts'
import { allOf, type Clause, clause, equals, isOneOf } from './where.ts'

/** What each finding is asked by itself. `counted`: all that match are wanted, not the first of them. */
export function findingClauses(query: FindingQuery, { counted } = { counted: true }): readonly (Clause | undefined)[] {
  return [
    query.range && clause('f.time_ns >= ? AND f.time_ns < ?', timeValue(query.range.fromNs), timeValue(query.range.toNs)),
    equals('f.incident_id', query.incidentId),
    equals('f.process_key', query.processKey),
    textClause(query.text, counted && query.range === undefined),
  ]
}

/** What its group is asked; undefined when nothing is. */
export function groupClause(query: FindingQuery): Clause | undefined {
  const clauses = [
    isOneOf('g.rule', query.rules?.map(storedText)),
    isOneOf('g.priority', query.priorities),
    isOneOf('g.hostname', query.hostnames?.map(storedText)),
    isOneOf('g.container_id', query.containerIds?.map(storedText)),
    hasOneOf('g.tags', query.tags),
    hasOneOf('g.techniques', query.techniques),
  ].filter((one) => one !== undefined)
  if (clauses.length === 0) return undefined
  const { sql, values } = allOf(clauses)
  return clause(`f.group_id IN (SELECT g.group_id FROM finding_groups g WHERE ${sql})`, ...values)
}

function hasOneOf(column: string, list: readonly string[] | undefined): Clause | undefined {
  if (list === undefined) return undefined
  return clause(`EXISTS (SELECT 1 FROM json_each(${column}) one WHERE one.value IN (SELECT value FROM json_each(?)))`, JSON.stringify(list))
}

/** Of all texts it is fastest to read them one after another; of some, and where the first matches end it, to look each up. */
function textClause(text: string | undefined, all: boolean): Clause | undefined {
  const there = hasText('t.text', text)
  if (there === undefined) return undefined
  const found = all
    ? `f.number IN (SELECT t.number FROM finding_texts t WHERE ${there.sql})`
    : `EXISTS (SELECT 1 FROM finding_texts t WHERE t.number = f.number AND ${there.sql})`
  return clause(found, ...there.values)
}
