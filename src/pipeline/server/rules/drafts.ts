/** Rules that somebody writes, before they are saved: what they would replace, and what is wrong with them. */
import type { ApiDiagnostic } from '../../../api/services.ts'
import type { LinkedRule } from '../../../lang/load-rules.ts'
import { readRuleFile } from '../../../lang/rule-file.ts'
import { AppError } from '../../../lib/app-error.ts'
import { apiDiagnostic } from '../api-diagnostic.ts'
import type { FileChanges, ManagedRules } from './managed-rules.ts'

export interface Drafts {
  /** The files that hold the text from now on, and what it defines. Throws AppError RULE_NOTHING, RULE_ELSEWHERE. */
  readonly filesFor: (yaml: string) => { readonly files: FileChanges; readonly path: string; readonly rules: readonly string[] }
  /** On top of all that is loaded. No `rules`: nothing that could be. */
  readonly loaded: (yaml: string) => { readonly diagnostics: readonly ApiDiagnostic[]; readonly rules: readonly LinkedRule[] }
}

export function createDrafts(managed: Pick<ManagedRules, 'localPath' | 'localFiles' | 'tryOut'>): Drafts {
  function filesFor(yaml: string): ReturnType<Drafts['filesFor']> {
    const items = readRuleFile({ path: '', text: yaml }, () => undefined)
    const rules = items.flatMap(({ kind, name }) => (kind === 'rule' ? [name] : []))
    const first = rules[0] ?? items[0]?.name
    if (first === undefined) throw new AppError('RULE_NOTHING', {})
    const path = managed.localPath(first)
    const replaced = managed.localFiles().filter((file) => file.path !== path && definedIn(file.text).some((rule) => rules.includes(rule)))
    for (const file of replaced) refuseHalf(definedIn(file.text), rules)
    return { files: new Map([...replaced.map((file) => [file.path, undefined] as const), [path, yaml]]), path, rules }
  }

  function loaded(yaml: string): ReturnType<Drafts['loaded']> {
    try {
      const { files, path } = filesFor(yaml)
      const { ruleSet: set, problems } = managed.tryOut(files)
      return { diagnostics: problems.map(apiDiagnostic), rules: set.rules.filter(({ position }) => position.file === path) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { diagnostics: [...unread(yaml), wholeFile(error)], rules: [] }
    }
  }

  return Object.freeze({ filesFor, loaded })
}

const definedIn = (text: string): string[] =>
  readRuleFile({ path: '', text }, () => undefined).flatMap(({ kind, name }) => (kind === 'rule' ? [name] : []))

/** A file is replaced as a whole: what it has beside the rules that are saved would be lost. */
function refuseHalf(before: readonly string[], saved: readonly string[]): void {
  const others = before.filter((rule) => !saved.includes(rule))
  const [rule = ''] = before.filter((one) => saved.includes(one))
  if (others.length > 0) throw new AppError('RULE_ELSEWHERE', { rule, others: others.join(', ') })
}

/** What is wrong in a text of which nothing could be read. */
function unread(yaml: string): ApiDiagnostic[] {
  const found: ApiDiagnostic[] = []
  readRuleFile({ path: '', text: yaml }, (problem) => found.push(apiDiagnostic(problem)))
  return found
}

const wholeFile = ({ code, message, fix }: AppError): ApiDiagnostic => ({
  severity: 'error',
  code,
  message,
  line: 1,
  column: 1,
  endColumn: 2,
  hint: fix,
})
