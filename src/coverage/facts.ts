/** The tables of public frameworks in data/, read when they are asked for. */
import { readFileSync } from 'node:fs'

export const ATTACK_VERSIONS = [18, 19] as const

export type AttackVersion = (typeof ATTACK_VERSIONS)[number]

/** A technique or sub-technique of ATT&CK. */
export interface Technique {
  readonly id: string
  readonly name: string
  readonly tactics: readonly string[]
  readonly platforms: readonly string[]
  /** `live`, `deprecated`, or `revoked:ID` with the id that stands in its place. */
  readonly status: string
}

/** An entry of ATLAS or of an OWASP list. */
export interface FrameworkEntry {
  readonly id: string
  readonly name: string
}

/** A place that a technique has in a public list of the most frequent ones. */
export interface Prevalence {
  readonly id: string
  /** 1 is the most frequent. */
  readonly rank: number
  readonly source: string
  readonly year: number
}

/** Platforms that an agent on a Linux host can see. */
const PLATFORMS = ['Linux', 'Containers']

/** Every technique of that version by id, whatever its status. */
export function readTechniques(version: AttackVersion): ReadonlyMap<string, Technique> {
  const rows = readTable(`attack-v${version}.tsv`).map(
    ({ id = '', name = '', tactics = '', platforms = '', status = '' }): Technique => ({
      id,
      name,
      tactics: tactics.split(','),
      platforms: platforms.split(','),
      status,
    }),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** In use, and for Linux or for containers: 158 techniques and 209 sub-techniques of version 18. */
export function isInScope({ status, platforms }: Technique): boolean {
  return status === 'live' && platforms.some((platform) => PLATFORMS.includes(platform))
}

/** `T1059.004` → `T1059`. */
export function parentOf(id: string): string {
  return id.split('.')[0] ?? id
}

/** What an id of version 18 is called in another version; undefined where nothing took its place. */
export function createTranslation(version: AttackVersion, known: ReadonlyMap<string, Technique>): (id: string) => string | undefined {
  const moved = new Map(version === 18 ? [] : readTable('attack-v18-to-v19.tsv').map(({ v18 = '', v19 = '' }) => [v18, v19]))
  return (id) => moved.get(id) ?? (known.has(id) ? id : undefined)
}

export function readAtlas(): readonly FrameworkEntry[] {
  return readTable('atlas-5.6.tsv').map(({ id = '', name = '' }) => ({ id, name }))
}

export function readOwasp(): readonly FrameworkEntry[] {
  return readTable('owasp.tsv').map(({ id = '', name = '' }) => ({ id, name }))
}

export function readPrevalence(): readonly Prevalence[] {
  return readTable('prevalence.tsv').map(({ id = '', rank, source = '', year }) => ({ id, rank: Number(rank), source, year: Number(year) }))
}

/** Rows of a tab-separated file, by the names in its first line. */
function readTable(name: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const names = head.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    return Object.fromEntries(names.map((column, index) => [column, cells[index] ?? '']))
  })
}
