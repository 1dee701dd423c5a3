/** Response files to what is to be done. A broken item is reported and left out; the others are read. */
import type { Vocabulary } from '../events/field.ts'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { ItemError } from './item-error.ts'
import type { Text } from './items.ts'
import { MAX_FILE_BYTES } from './limits.ts'
import type { LinkedRule } from './link.ts'
import { type Definitions, loadCondition } from './load-condition.ts'
import { didYouMean } from './messages.ts'
import { readMaintenance, readProtect } from './read-maintenance.ts'
import { readResponse } from './read-response.ts'
import type { Report } from './read-value.ts'
import type { MaintenanceItem, ProtectItem, ResponseFileItem, ResponseItem, ResponseStep } from './response-items.ts'
import type { SourceFile } from './source.ts'
import { suggest } from './suggest.ts'
import { entries, kindOf, originOf, readItems, TooManyAliases, textOf, type YamlNode } from './yaml-file.ts'

/** A condition that was checked; `rule` is one that has it. */
interface Conditioned {
  readonly rule: LinkedRule | undefined
}

export interface ResponseSet {
  /** In the order of the files. */
  readonly responses: readonly (ResponseItem & Conditioned)[]
  readonly protections: readonly (ProtectItem & Conditioned)[]
  readonly maintenance: readonly (MaintenanceItem & Conditioned)[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface ResponseOptions {
  /** What conditions about findings may ask, and those about processes. */
  readonly findings: Vocabulary
  readonly processes: Vocabulary
  /** Macros and lists of the rules that are loaded. */
  readonly definitions?: Definitions
  /** What is wrong with a step, and what to do; undefined: nothing. */
  readonly checkStep: (step: ResponseStep) => { readonly problem: string; readonly fix: string } | undefined
}

/** Never throws for what stands in the files. */
export function loadResponses(files: readonly SourceFile[], options: ResponseOptions): ResponseSet {
  const diagnostics: Diagnostic[] = []
  const report: Report = (problem) => diagnostics.push(problem)
  const names = new Set<string>()
  const kept = files.flatMap((file) => itemsOf(file, report)).flatMap((item) => checked(item, names, options, report))
  const ofKind = <Kind extends ResponseFileItem['kind']>(kind: Kind) =>
    kept.filter((item): item is Extract<ResponseFileItem, { readonly kind: Kind }> & Conditioned => item.kind === kind)
  return { responses: ofKind('response'), protections: ofKind('protect'), maintenance: ofKind('maintenance'), diagnostics }
}

const KINDS = { response: readResponse, protect: readProtect, maintenance: readMaintenance } as const

function itemsOf(file: SourceFile, report: Report): ResponseFileItem[] {
  const bytes = Buffer.byteLength(file.text)
  if (bytes > MAX_FILE_BYTES) {
    report(diagnostic('LOAD_FILE_TOO_LARGE', { bytes, limit: MAX_FILE_BYTES }, { path: file.path, text: '' }))
    return []
  }
  try {
    return readItems(file, report).flatMap((node) => attempt(() => readOne(node, report), report) ?? [])
  } catch (error) {
    if (!(error instanceof TooManyAliases)) throw error
    report(diagnostic('LOAD_YAML_TOO_COMPLEX', { reason: 'it follows more aliases than a response file needs' }, file))
    return []
  }
}

function readOne(node: YamlNode, report: Report): ResponseFileItem | undefined {
  if (kindOf(node) === 'nothing') return undefined
  if (kindOf(node) !== 'map')
    throw new ItemError(
      'LOAD_NOT_AN_ITEM',
      { found: kindOf(node) === 'list' ? 'a list' : `the text ${textOf(node).value.slice(0, 40)}` },
      originOf(node),
    )
  const keys = entries(node).map(({ key }) => key.value)
  for (const [kind, read] of Object.entries(KINDS)) if (keys.includes(kind)) return read(node, report)
  const near = keys.map((key) => suggest(key, Object.keys(KINDS))).find((name) => name !== undefined)
  report(diagnostic('RESPONSE_UNKNOWN_ITEM', { keys: keys.slice(0, 8).join(', ') || 'none', suggestion: didYouMean(near) }, originOf(node)))
  return undefined
}

function attempt<T>(read: () => T, report: Report): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ItemError)) throw error
    report(error.problem)
    return undefined
  }
}

/** One that is wrong in any part is left out as a whole: half of a response may be worse than none. */
function checked(item: ResponseFileItem, names: Set<string>, options: ResponseOptions, report: Report): (ResponseFileItem & Conditioned)[] {
  const { kind, name } = item
  if (names.has(`${kind} ${name.value}`)) {
    report(diagnostic('RESPONSE_DUPLICATE', { kind, name: name.value }, name.origin))
    return []
  }
  names.add(`${kind} ${name.value}`)
  const wrong = kind === 'response' ? item.steps.flatMap((step) => stepProblem(step, options)) : []
  const text = conditionOf(item)
  const { rule, diagnostics } = text === undefined ? NONE : load(text, kind === 'protect' ? options.processes : options.findings, options)
  for (const problem of [...wrong, ...diagnostics]) report(problem)
  return wrong.length > 0 || (text !== undefined && rule === undefined) ? [] : [{ ...item, rule }]
}

const NONE = { rule: undefined, diagnostics: [] } as const

const conditionOf = (item: ResponseFileItem): Text | undefined => (item.kind === 'response' ? item.when.condition : item.condition)

function stepProblem(step: ResponseStep, { checkStep }: ResponseOptions): Diagnostic[] {
  const found = checkStep(step)
  return found === undefined ? [] : [diagnostic('RESPONSE_BAD_ACTION', found, step.action.origin)]
}

function load(condition: Text, vocabulary: Vocabulary, { definitions }: ResponseOptions) {
  return loadCondition(condition, { vocabulary, path: condition.origin.file.path, ...(definitions && { definitions }) })
}
