/** A condition that somebody asks for, outside of any rule: it may name the macros and lists of the rules that are loaded. */
import type { Vocabulary } from '../events/field.ts'
import { collect } from './collect.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { FileItem, Text } from './items.ts'
import { type LinkedRule, link } from './link.ts'
import type { RuleSet } from './load-rules.ts'

/** What a condition may name. */
export type Definitions = Pick<RuleSet, 'lists' | 'macros'>

export interface LoadedCondition {
  /** A rule that has it; undefined where it has a mistake. */
  readonly rule: LinkedRule | undefined
  /** Places count from 1 within the condition. What is wrong in a macro is told at its own name. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface ConditionOptions {
  readonly vocabulary: Vocabulary
  /** How messages call the condition: `--filter`. */
  readonly path: string
  readonly definitions?: Definitions
}

/** Never throws for what stands in the condition. One that is part of a file is given with its place there; `path` is then the file's. */
export function loadCondition(condition: string | Text, { vocabulary, path, definitions = NONE }: ConditionOptions): LoadedCondition {
  const diagnostics: Diagnostic[] = []
  const report = (problem: Diagnostic): void => void (problem.file === path && diagnostics.push(problem))
  const text = typeof condition === 'string' ? textOf(condition, path) : condition
  const items = [...definitionsOf(text.value, definitions), ruleOf(text, path)]
  const collected = collect(items, { vocabulary, sources: ['syscall'], report })
  const { rules } = link(collected, { vocabulary, report, today: '', countExceptions: false })
  return { rule: rules[0], diagnostics }
}

const NONE: Definitions = { lists: new Map(), macros: new Map() }

/** Only those that the condition comes to: of a few hundred macros it names few. Macros stand behind those that they name. */
function definitionsOf(condition: string, { lists, macros }: Definitions): FileItem[] {
  const items = new Map<string, FileItem>()
  const seen = new Set<string>()
  const visit = (text: string): void => {
    for (const [name] of text.matchAll(/[A-Za-z_][\w.-]*/g)) {
      if (seen.has(name)) continue
      seen.add(name)
      const body = macros.get(name)
      const values = lists.get(name)
      if (body !== undefined) {
        visit(body)
        items.set(`macro ${name}`, { kind: 'macro', name, at: textOf(name).origin, condition: textOf(body), append: false })
      }
      if (values !== undefined)
        items.set(`list ${name}`, {
          kind: 'list',
          name,
          at: textOf(name).origin,
          items: values.map((value) => textOf(value)),
          append: false,
        })
    }
  }
  visit(condition)
  return [...items.values()]
}

function ruleOf(condition: Text, path: string): FileItem {
  const keys = { condition, output: textOf('-'), desc: '-', priority: 'debug', warnEventTypes: false } as const
  return { kind: 'rule', name: path, at: textOf(path).origin, action: { kind: 'define' }, keys }
}

/** Without a file of its own it is of those that are loaded, and loaded without a mistake. */
function textOf(value: string, path = ''): Text {
  return { value, origin: { file: { path, text: value }, start: 0, end: value.length, value } }
}
