/** A document of a Sigma file as what it is: a rule, a filter for rules, or a correlation of rules. */
import type { LogSource } from './source.ts'
import { Unsupported } from './unsupported.ts'
import { isYamlMap, textsOf, type YamlMap, type YamlValue } from './yaml-value.ts'

/** What all documents have in common. */
export interface SigmaHead {
  readonly title: string
  readonly id: string | undefined
  /** The name that correlations and filters may use besides the id. */
  readonly name: string | undefined
  readonly description: string | undefined
  readonly status: string | undefined
  readonly level: string | undefined
  readonly author: string | undefined
  readonly references: readonly string[]
  readonly tags: readonly string[]
  readonly falsePositives: readonly string[]
}

export interface Detection {
  /** By name, without `condition`. */
  readonly searches: ReadonlyMap<string, YamlValue>
  /** Several are joined by or. */
  readonly conditions: readonly string[]
}

export interface SigmaRule extends SigmaHead {
  readonly kind: 'rule'
  readonly logsource: LogSource
  readonly detection: Detection
}

export interface SigmaFilter extends SigmaHead {
  readonly kind: 'filter'
  readonly logsource: LogSource
  /** Ids, names or titles; undefined for every rule of the source. */
  readonly rules: readonly string[] | undefined
  readonly detection: Detection
}

export interface SigmaCorrelation extends SigmaHead {
  readonly kind: 'correlation'
  readonly correlation: YamlMap
}

export type SigmaDocument = SigmaRule | SigmaFilter | SigmaCorrelation

/** Throws Unsupported for what is no Sigma document. */
export function readSigma(value: YamlValue): SigmaDocument {
  if (!isYamlMap(value)) throw new Unsupported('document', 'the document is no map of keys')
  const head = readHead(value)
  const correlation = value.get('correlation')
  if (correlation !== undefined) return { kind: 'correlation', ...head, correlation: mapOf('correlation', correlation) }
  const logsource = readLogSource(value.get('logsource'))
  const filter = value.get('filter')
  if (filter === undefined) return { kind: 'rule', ...head, logsource, detection: readDetection('detection', value.get('detection'), []) }
  const rules = textsOf(mapOf('filter', filter).get('rules'))
  if (rules.length === 0) throw new Unsupported('document', 'the filter names no rules')
  const every = rules.length === 1 && rules[0]?.toLowerCase() === 'any'
  const detection = readDetection('filter', filter, ['rules'])
  return { kind: 'filter', ...head, logsource, rules: every ? undefined : rules, detection }
}

function readHead(value: YamlMap): SigmaHead {
  const text = (key: string): string | undefined => textsOf(value.get(key))[0]
  const title = text('title')?.trim()
  if (title === undefined || title === '') throw new Unsupported('document', 'the document has no title')
  return {
    title,
    id: text('id'),
    name: text('name'),
    description: text('description'),
    status: text('status'),
    level: text('level')?.toLowerCase(),
    author: text('author'),
    references: textsOf(value.get('references')),
    tags: textsOf(value.get('tags')),
    falsePositives: textsOf(value.get('falsepositives')),
  }
}

function mapOf(key: string, value: YamlValue | undefined): YamlMap {
  if (!isYamlMap(value)) throw new Unsupported('document', `the document has no map ${key}`)
  return value
}

function readLogSource(value: YamlValue | undefined): LogSource {
  const map = mapOf('logsource', value)
  const part = (key: string): string | undefined => textsOf(map.get(key))[0]?.toLowerCase()
  return { product: part('product'), category: part('category'), service: part('service') }
}

function readDetection(key: string, value: YamlValue | undefined, others: readonly string[]): Detection {
  const map = mapOf(key, value)
  const conditions = textsOf(map.get('condition'))
  if (conditions.length === 0) throw new Unsupported('condition', `the ${key} has no condition`)
  const searches = new Map([...map].filter(([name]) => name !== 'condition' && name !== 'timeframe' && !others.includes(name)))
  if (map.has('timeframe')) throw new Unsupported('condition', 'the detection has a timeframe, which correlations replaced')
  return { searches, conditions: conditions.map(String) }
}

/** Whether a filter or a correlation that says `reference` means the rule. */
export function isCalled({ id, name, title }: SigmaHead, reference: string): boolean {
  return [id, name, title].includes(reference)
}
