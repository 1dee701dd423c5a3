/** Names of objects from a pattern. */
import { createHash } from 'node:crypto'
import type { Finding } from '../findings/finding.ts'
import { rfc3339 } from '../lib/time-format.ts'

interface Batch {
  readonly first: Finding
  /** Of the first finding, RFC 3339. */
  readonly time: string
  /** The same for the same findings, so that sending them again writes the same object. */
  readonly id: string
}

const PARTS: Readonly<Record<string, (batch: Batch) => string>> = {
  date: ({ time }) => time.slice(0, 10),
  year: ({ time }) => time.slice(0, 4),
  month: ({ time }) => time.slice(5, 7),
  day: ({ time }) => time.slice(8, 10),
  hour: ({ time }) => time.slice(11, 13),
  time: ({ time }) => `${time.slice(0, 19).replace(/[-:]/g, '')}Z`,
  host: ({ first }) => word(first.hostname),
  id: ({ id }) => id,
}

/** What may stand in braces. */
export const OBJECT_PARTS: readonly string[] = Object.keys(PARTS)

/** The pattern with its parts filled in, all in UTC, for at least one finding. */
export function objectNameOf(pattern: string, batch: readonly Finding[]): string {
  const [first] = batch
  if (first === undefined) throw new Error('an object of no findings')
  const id = createHash('sha256')
    .update(batch.map((one) => one.id).join('\n'))
    .digest('hex')
    .slice(0, 16)
  const parts: Batch = { first, time: rfc3339(first.timeNs), id }
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => PARTS[name]?.(parts) ?? whole)
}

/** A name from outside as part of a path. */
const word = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .slice(0, 100)
    .replace(/^\.*$/, '_')
