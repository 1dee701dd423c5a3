import { createHash } from 'node:crypto'

/** A file name for a rule: readable, and never that of another rule, whatever their names are made of. */
export function ruleSlug(name: string): string {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
  const mark = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${readable}-${mark}`
}
