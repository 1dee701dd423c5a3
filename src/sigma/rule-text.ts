/** A compiled rule as an item of a rule file, with where it came from as comments. */
import { Document, Scalar } from 'yaml'
import type { Compiled } from './compile.ts'
import { textOfExpression } from './expression.ts'
import type { SigmaHead } from './read-rule.ts'

const PRIORITIES: Readonly<Record<string, string>> = {
  informational: 'INFORMATIONAL',
  low: 'NOTICE',
  medium: 'WARNING',
  high: 'ERROR',
  critical: 'CRITICAL',
}

/** A rule without a level is one of medium level. */
const priorityOf = ({ level }: SigmaHead): string => PRIORITIES[level ?? ''] ?? 'WARNING'

/** `attack.t1059.004` is a technique; other tags are kept, those of ATT&CK without their prefix. */
function techniquesOf({ tags }: SigmaHead): readonly string[] {
  const found = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1] ?? [])
  return [...new Set(found.map((id) => id.toUpperCase()))]
}

function tagsOf({ tags }: SigmaHead): readonly string[] {
  const others = tags
    .filter((tag) => !/^attack\.[tgs]\d{4}/i.test(tag))
    .map((tag) => tag.replace(/^attack\./i, '').replace(/[^\w.-]+/g, '_'))
  return [...new Set(['sigma', ...others])]
}

/** The text of the item. `name` is unique among the rules that are written. */
export function ruleText(head: SigmaHead, name: string, compiled: Compiled): string {
  return itemText(head, compiled.notes, {
    rule: name,
    desc: descriptionOf(head),
    condition: literal(textOfExpression(compiled.condition)),
    output: `${escapePercent(oneLine(head.title))} (${compiled.record.output})`,
  })
}

/** The item with what all kinds of rules have. */
export function itemText(head: SigmaHead, notes: readonly string[], keys: Readonly<Record<string, unknown>>): string {
  const techniques = techniquesOf(head)
  const item = { ...keys, priority: priorityOf(head), tags: tagsOf(head), ...(techniques.length > 0 ? { techniques } : {}) }
  const yaml = new Document([item]).toString({ lineWidth: 0, flowCollectionPadding: false })
  return `${comments(head, notes)}${yaml}`
}

/** A text over several lines stays as it is. */
export function literal(text: string): Scalar {
  const scalar = new Scalar(text)
  scalar.type = Scalar.BLOCK_LITERAL
  return scalar
}

function descriptionOf({ description, title, falsePositives }: SigmaHead): string {
  const known = falsePositives.map(oneLine).filter((text) => text !== '' && !/^(unknown|none|unlikely)\.?$/i.test(text))
  const text = oneLine(description ?? title) || title
  return known.length === 0 ? text : `${text} Known false positives: ${known.join('; ')}`
}

function comments(head: SigmaHead, notes: readonly string[]): string {
  const lines = [
    ['Sigma rule', head.id ?? head.title],
    ['status', head.status],
    ['author', head.author],
    ...head.references.map((reference) => ['reference', reference]),
    ...notes.map((note) => ['without', note]),
  ]
  return lines.flatMap(([key, value]) => (value === undefined ? [] : [`# ${key}: ${oneLine(value)}\n`])).join('')
}

/** Controls and line ends become blanks: a comment must not end early. */
export const oneLine = (text: string): string => text.replace(/[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+/g, ' ').trim()

export const escapePercent = (text: string): string => text.replaceAll('%', '%%')
