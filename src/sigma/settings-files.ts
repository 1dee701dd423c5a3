/** The files that --mapping and --placeholders name. */
import { AppError } from '../lib/app-error.ts'
import type { Placeholders } from './modifier.ts'
import type { FieldMapping, LogSource, RecordMapping, Source } from './source.ts'
import { Unsupported } from './unsupported.ts'
import { isYamlList, isYamlMap, readDocuments, textsOf, type YamlMap, type YamlValue } from './yaml-value.ts'

export interface SettingsFile {
  readonly path: string
  readonly text: string
}

/** `Administrators: [root, ana]`. Throws AppError SIGMA_SETTINGS. */
export function readPlaceholders(file: SettingsFile): Placeholders {
  const document = onlyDocument(file)
  if (!isYamlMap(document)) throw wrong(file, 'it is no map of names to values')
  return new Map([...document].map(([name, value]) => [name.replaceAll('%', ''), textsOf(value)]))
}

/**
 * A list of sources, each with `logsource` and `fields`. Fields of a known source are added to it or replace its own; a source
 * that is not known needs a `base`. Gives all sources. Throws AppError SIGMA_SETTINGS.
 */
export function readMappings(file: SettingsFile, known: readonly Source[]): readonly Source[] {
  const document = onlyDocument(file)
  if (!isYamlList(document)) throw wrong(file, 'it is no list of sources')
  return document.reduce<readonly Source[]>((sources, entry) => withEntry(file, entry, sources), known)
}

function withEntry(file: SettingsFile, entry: YamlValue, sources: readonly Source[]): readonly Source[] {
  const logsource = isYamlMap(entry) ? entry.get('logsource') : undefined
  if (!isYamlMap(entry) || !isYamlMap(logsource)) throw wrong(file, 'a source has no logsource')
  const wanted = logSourceOf(logsource)
  const fields = fieldsOf(file, entry.get('fields'))
  const isSame = (source: Source): boolean => sameSource(source.logsource, wanted)
  if (sources.some(isSame)) return sources.map((source) => (isSame(source) ? extended(source, entry, fields) : source))
  const [base] = textsOf(entry.get('base'))
  if (base === undefined) throw wrong(file, 'a source that is not known has no base')
  const [output = 'program=%proc.exepath command=%proc.exeline'] = textsOf(entry.get('output'))
  const record: RecordMapping = { base, keywords: textsOf(entry.get('keywords')), fields, output }
  return [...sources, { logsource: wanted, records: { event: record } }]
}

function extended(source: Source, entry: YamlMap, fields: Readonly<Record<string, FieldMapping>>): Source {
  const keywords = textsOf(entry.get('keywords'))
  const [base] = textsOf(entry.get('base'))
  const records = Object.entries(source.records).map(([name, record]): [string, RecordMapping] => [
    name,
    {
      ...record,
      fields: { ...record.fields, ...fields },
      ...(keywords.length > 0 ? { keywords } : {}),
      ...(base === undefined ? {} : { base }),
    },
  ])
  return { ...source, records: Object.fromEntries(records) }
}

function fieldsOf(file: SettingsFile, value: YamlValue | undefined): Readonly<Record<string, FieldMapping>> {
  if (value === undefined) return {}
  if (!isYamlMap(value)) throw wrong(file, 'fields is no map')
  return Object.fromEntries(
    [...value].map(([name, mapping]) => {
      const table = isYamlMap(mapping) ? mapping.get('values') : undefined
      if (!isYamlMap(table)) return [name, { to: textsOf(mapping) }]
      const values = [...table].map(([word, condition]) => [word.toLowerCase(), `(${textsOf(condition)[0] ?? ''})`])
      return [name, { to: [], values: Object.fromEntries(values) }]
    }),
  )
}

function logSourceOf(map: YamlMap): Partial<LogSource> {
  const keys = ['product', 'category', 'service'] as const
  return Object.fromEntries(keys.flatMap((key) => textsOf(map.get(key)).map((text) => [key, text.toLowerCase()])))
}

function sameSource(a: Partial<LogSource>, b: Partial<LogSource>): boolean {
  return a.product === b.product && a.category === b.category && a.service === b.service
}

function onlyDocument(file: SettingsFile): YamlValue {
  const [document, second] = readDocuments(file.text)
  if (document instanceof Unsupported) throw wrong(file, document.message)
  if (document === undefined || second !== undefined) throw wrong(file, 'it must hold one YAML document')
  return document
}

const wrong = ({ path }: SettingsFile, problem: string): AppError => new AppError('SIGMA_SETTINGS', { path, problem })
