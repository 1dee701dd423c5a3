/** What findings have in common: found or made by its values, and remembered. */
import type { Finding, Priority } from '../../findings/finding.ts'
import { createLru } from '../../lib/lru.ts'
import { storedText, textOf } from '../stored-text.ts'
import type { Database } from './database.ts'

export interface FindingGroup {
  readonly rule: string
  readonly priority: Priority
  readonly hostname: string
  readonly containerId: string | null
  readonly tags: readonly string[]
  readonly techniques: readonly string[]
}

/** Columns of finding_groups as `groupOf` reads them. */
export interface GroupRow {
  readonly rule: string
  readonly priority: string
  readonly hostname: string
  readonly container_id: string
  readonly tags: string
  readonly techniques: string
}

export const GROUP_COLUMNS = 'rule, priority, hostname, container_id, tags, techniques'
const MOST_REMEMBERED = 10_000

/** `lists` keeps those that were read: groups are many, lists of tags few. */
export function groupOf(row: GroupRow, lists: Map<string, readonly string[]>): FindingGroup {
  return {
    rule: textOf(row.rule),
    priority: row.priority as Priority,
    hostname: textOf(row.hostname),
    containerId: row.container_id === '' ? null : textOf(row.container_id),
    tags: listOf(row.tags, lists),
    techniques: listOf(row.techniques, lists),
  }
}

function listOf(json: string, lists: Map<string, readonly string[]>): readonly string[] {
  const known = lists.get(json)
  if (known !== undefined) return known
  const list = JSON.parse(json) as string[]
  lists.set(json, list)
  return list
}

export interface FindingGroups {
  /** The id of the finding's group. Call it within the transaction that writes the finding. */
  readonly idFor: (finding: Finding) => number
  /** After a transaction that was taken back, or one that removed groups. */
  readonly forget: () => void
}

export function createFindingGroups(database: Database): FindingGroups {
  let remembered = createLru<string, number>(MOST_REMEMBERED)
  const values = 'rule = ? AND priority = ? AND hostname = ? AND container_id = ? AND tags = ? AND techniques = ?'
  const find = database.prepare<{ group_id: number }>(`SELECT group_id FROM finding_groups WHERE ${values}`)
  const add = database.prepare<{ group_id: number }>(
    `INSERT INTO finding_groups (${GROUP_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) RETURNING group_id`,
  )

  function idFor(finding: Finding): number {
    const parts = partsOf(finding)
    const key = JSON.stringify(parts)
    const known = remembered.get(key)
    if (known !== undefined) return known
    const row = find.get(...parts) ?? add.get(...parts)
    if (row === undefined) throw new Error('a finding group was neither found nor made')
    remembered.set(key, row.group_id)
    return row.group_id
  }

  return {
    idFor,
    forget: () => {
      remembered = createLru(MOST_REMEMBERED)
    },
  }
}

function partsOf({ rule, priority, hostname, containerId, tags, attack }: Finding): string[] {
  const techniques = attack.map(({ id }) => id)
  const texts = [rule, priority, hostname, containerId ?? ''].map(storedText)
  return [...texts, JSON.stringify(unique(tags)), JSON.stringify(unique(techniques))]
}

const unique = (list: readonly string[]): string[] => [...new Set(list)]
