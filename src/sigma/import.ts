/** Sigma files to a rule file of ours, and a report that says of every document what became of it. */
import { type Compiled, type CompileSettings, compileRule, coversRule } from './compile.ts'
import { compileCorrelation, correlationText, partsOfCorrelations } from './correlation.ts'
import { isCalled, readSigma, type SigmaCorrelation, type SigmaDocument, type SigmaFilter, type SigmaRule } from './read-rule.ts'
import { oneLine, ruleText } from './rule-text.ts'
import { type Reason, Unsupported } from './unsupported.ts'
import { readDocuments } from './yaml-value.ts'

export interface SigmaFile {
  readonly path: string
  readonly text: string
}

/** What became of one document. */
export interface Outcome {
  readonly path: string
  readonly title: string
  readonly id: string | undefined
  /** A filter is `applied` when at least one rule that was compiled has it. */
  readonly result: 'compiled' | 'applied' | 'not compiled'
  /** Why not. */
  readonly reason: Reason | undefined
  /** The name of our rule. */
  readonly rule: string | undefined
  /** Parts of the rule that can never be observed here. */
  readonly notes: readonly string[]
}

export interface Imported {
  /** The rule file; empty where nothing was compiled. */
  readonly text: string
  readonly outcomes: readonly Outcome[]
}

interface Read {
  readonly path: string
  readonly document: SigmaDocument | Unsupported
}

interface Written {
  readonly outcome: Outcome
  readonly text: string
}

/** Throws nothing for what is in the files. */
export function importSigma(files: readonly SigmaFile[], settings: CompileSettings): Imported {
  const read = files.flatMap(({ path, text }) => readDocuments(text).map((value): Read => ({ path, document: attempt(value) })))
  const filters = read.flatMap(({ document }) => (document instanceof Unsupported || document.kind !== 'filter' ? [] : [document]))
  const applied = new Set<SigmaFilter>()
  const names = new Map<string, number>()
  const rules = read.flatMap(({ document }) => (document instanceof Unsupported || document.kind !== 'rule' ? [] : [document]))
  const correlations = read.flatMap(({ document }) =>
    document instanceof Unsupported || document.kind !== 'correlation' ? [] : [document],
  )
  const importing: Importing = { settings, filters, applied, names, rules, parts: partsOfCorrelations(correlations) }
  const written = read.map((one): Written | Read => {
    if (one.document instanceof Unsupported || one.document.kind === 'filter') return one
    return one.document.kind === 'rule' ? writeRule(one.path, one.document, importing) : writeCorrelation(one.path, one.document, importing)
  })
  const all = written.map((one): Written => ('outcome' in one ? one : { text: '', outcome: outcomeOf(one, applied) }))
  return { text: all.map(({ text }) => text).join(''), outcomes: all.map(({ outcome }) => outcome) }
}

interface Importing {
  readonly settings: CompileSettings
  readonly filters: readonly SigmaFilter[]
  /** Filters that a compiled rule has. */
  readonly applied: Set<SigmaFilter>
  /** How often each title was used. */
  readonly names: Map<string, number>
  readonly rules: readonly SigmaRule[]
  /** What correlations call their rules that are not to stand for themselves. */
  readonly parts: ReadonlySet<string>
}

function attempt(value: ReturnType<typeof readDocuments>[number]): SigmaDocument | Unsupported {
  try {
    return value instanceof Unsupported ? value : readSigma(value)
  } catch (error) {
    if (error instanceof Unsupported) return error
    throw error
  }
}

function compiledWithFilters(rule: SigmaRule, importing: Importing): Compiled {
  const filters = importing.filters.filter(
    (filter) => coversRule(filter, rule) && (filter.rules?.some((name) => isCalled(rule, name)) ?? true),
  )
  const compiled = compileRule(rule, filters, importing.settings)
  for (const filter of filters) importing.applied.add(filter)
  return compiled
}

/** Of each order of steps, a rule of its own. */
function writeCorrelation(path: string, document: SigmaCorrelation, importing: Importing): Written {
  try {
    const compileNamed = (name: string): Compiled => {
      const rule = importing.rules.find((one) => isCalled(one, name))
      if (rule === undefined) throw new Unsupported('correlation', `no rule is called ${name.slice(0, 80)}`)
      return compiledWithFilters(rule, importing)
    }
    const { keys, notes } = compileCorrelation(document, compileNamed)
    const names = keys.map(() => uniqueName(document.title, importing.names))
    const text = keys.map((one, index) => `${correlationText(document, names[index] as string, one, notes)}\n`).join('')
    const { title, id } = document
    return { text, outcome: { path, title, id, result: 'compiled', reason: undefined, rule: names[0], notes } }
  } catch (error) {
    if (error instanceof Unsupported) return refuse(path, document, error.reason)
    throw error
  }
}

function writeRule(path: string, rule: SigmaRule, importing: Importing): Written {
  try {
    const compiled = compiledWithFilters(rule, importing)
    const { title, id } = rule
    if ([...importing.parts].some((name) => isCalled(rule, name))) {
      return {
        text: '',
        outcome: { path, title, id, result: 'compiled', reason: undefined, rule: undefined, notes: ['it is a part of a correlation only'] },
      }
    }
    const name = uniqueName(rule.title, importing.names)
    const outcome: Outcome = { path, title, id, result: 'compiled', reason: undefined, rule: name, notes: compiled.notes }
    return { text: `${ruleText(rule, name, compiled)}\n`, outcome }
  } catch (error) {
    if (error instanceof Unsupported) return refuse(path, rule, error.reason)
    throw error
  }
}

function refuse(path: string, { title, id }: SigmaRule | SigmaCorrelation, reason: Reason): Written {
  return { text: '', outcome: { path, title, id, result: 'not compiled', reason, rule: undefined, notes: [] } }
}

/** Of a filter, and of what is no Sigma document. */
function outcomeOf({ path, document }: Read, applied: ReadonlySet<SigmaFilter>): Outcome {
  if (document instanceof Unsupported) {
    return { path, title: '', id: undefined, result: 'not compiled', reason: document.reason, rule: undefined, notes: [] }
  }
  const { title, id } = document
  if (document.kind === 'filter' && applied.has(document)) {
    return { path, title, id, result: 'applied', reason: undefined, rule: undefined, notes: [] }
  }
  const reason: Reason = { kind: 'document', text: 'the filter is for no rule that was compiled' }
  return { path, title, id, result: 'not compiled', reason, rule: undefined, notes: [] }
}

/** Titles may be the same; names of rules may not. */
function uniqueName(title: string, names: Map<string, number>): string {
  const name = oneLine(title)
  const count = (names.get(name) ?? 0) + 1
  names.set(name, count)
  return count === 1 ? name : uniqueName(`${name} (${count})`, names)
}
