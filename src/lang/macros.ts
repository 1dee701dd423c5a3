/** Macros: parsed, and put into the conditions that name them. Bodies are shared, not copied, and bounded in what they come to. */
import type { Expression, MacroNode } from './ast.ts'
import type { CollectedMacro } from './collected.ts'
import { diagnosticOf } from './diagnostic.ts'
import { MAX_DEPTH, MAX_EXPANDED_NODES } from './limits.ts'
import { type ResolvedList, writeOutLists } from './lists.ts'
import { didYouMean, LanguageError } from './messages.ts'
import { parseCondition } from './parse.ts'
import type { Report } from './read-value.ts'
import type { Source } from './source.ts'
import { suggest } from './suggest.ts'

/** A condition whose macros are all put in, with what it comes to. */
export interface Expanded {
  readonly expression: Expression
  readonly nodes: number
  readonly depth: number
}

export interface MacroTable {
  /** Parses the condition of a rule and puts its macros in. Throws LanguageError. */
  readonly expand: (condition: Source, rule: string) => Expanded
  readonly usedMacros: ReadonlySet<string>
  readonly usedLists: ReadonlySet<string>
}

type State =
  | { readonly kind: 'parsed'; readonly expression: Expression }
  | { readonly kind: 'done'; readonly expanded: Expanded }
  | { readonly kind: 'broken' }

/** Reads all macros; those with a mistake are reported, and so is, later, every rule that uses them. */
export function createMacroTable(
  macros: ReadonlyMap<string, CollectedMacro>,
  lists: ReadonlyMap<string, ResolvedList>,
  report: Report,
): MacroTable {
  const usedMacros = new Set<string>()
  const usedLists = new Set<string>()
  const states = new Map<string, State>()
  const path: string[] = []
  let ruleName = ''

  const parse = (condition: Source): Expression => parseCondition(writeOutLists(condition, lists, (name) => usedLists.add(name)))

  function guarded<T>(make: () => T): T | undefined {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof LanguageError)) throw error
      report(diagnosticOf(error))
      return undefined
    }
  }

  /** The macro as it is seen by `user`, the macro that names it; by a rule where there is none. */
  function bodyOf(node: MacroNode, user: CollectedMacro | undefined): Expanded {
    const macro = macros.get(node.name)
    if (macro === undefined) throw unknownMacro(node, macros)
    if (path.includes(node.name)) {
      const circle = [...path.slice(path.indexOf(node.name)), node.name].join(' → ')
      throw new LanguageError('RULE_MACRO_CYCLE', { name: node.name, path: circle }, node.at)
    }
    if (user !== undefined && macro.index >= user.visibility) throw tooEarly(node, user)
    usedMacros.add(node.name)
    const expanded = expandMacro(macro)
    if (expanded !== undefined) return expanded
    const item = user === undefined ? 'rule' : 'macro'
    throw new LanguageError('RULE_BROKEN_MACRO', { item, name: user?.name ?? ruleName, macro: node.name }, node.at)
  }

  /** A macro that is defined too late may close a circle, which says more. */
  function tooEarly(node: MacroNode, user: CollectedMacro): LanguageError {
    const circle = circleBack(node.name, user.name)
    if (circle !== undefined) return new LanguageError('RULE_MACRO_CYCLE', { name: user.name, path: circle.join(' → ') }, node.at)
    return new LanguageError('RULE_MACRO_TOO_EARLY', { name: node.name, user: user.name }, node.at)
  }

  function circleBack(from: string, to: string): string[] | undefined {
    const queue = [[to, from]]
    const seen = new Set([from])
    for (let at = 0; at < queue.length && at < MAX_DEPTH; at++) {
      const way = queue[at] ?? []
      const last = way.at(-1) ?? ''
      if (last === to && way.length > 1) return way
      for (const next of namedIn(states.get(last))) {
        if (next === to) return [...way, next]
        if (!seen.has(next)) queue.push([...way, next])
        seen.add(next)
      }
    }
    return undefined
  }

  function expandMacro(macro: CollectedMacro): Expanded | undefined {
    const state = states.get(macro.name)
    if (state?.kind === 'done') return state.expanded
    if (state?.kind !== 'parsed') return undefined
    path.push(macro.name)
    const expanded = guarded(() => expandTree(state.expression, macro))
    path.pop()
    states.set(macro.name, expanded === undefined ? { kind: 'broken' } : { kind: 'done', expanded })
    return expanded
  }

  function expandTree(node: Expression, user: CollectedMacro | undefined): Expanded {
    const expanded = expandNode(node, user)
    if (expanded.depth > MAX_DEPTH || path.length > MAX_DEPTH / 4) throw new LanguageError('RULE_TOO_DEEP', { limit: MAX_DEPTH }, node.at)
    if (expanded.nodes > MAX_EXPANDED_NODES) throw new LanguageError('RULE_TOO_BIG', { limit: MAX_EXPANDED_NODES }, node.at)
    return expanded
  }

  function expandNode(node: Expression, user: CollectedMacro | undefined): Expanded {
    switch (node.kind) {
      case 'check':
        return { expression: node, nodes: 1, depth: 1 }
      case 'macro': {
        const { expression, nodes, depth } = bodyOf(node, user)
        return { expression: { ...node, body: expression }, nodes: nodes + 1, depth: depth + 1 }
      }
      case 'not': {
        const child = expandTree(node.child, user)
        return { expression: { ...node, child: child.expression }, nodes: child.nodes + 1, depth: child.depth + 1 }
      }
      case 'and':
      case 'or': {
        const children = node.children.map((child) => expandTree(child, user))
        const nodes = children.reduce((sum, child) => sum + child.nodes, 1)
        const depth = children.reduce((most, child) => Math.max(most, child.depth), 0) + 1
        return { expression: { ...node, children: children.map(({ expression }) => expression) }, nodes, depth }
      }
      default:
        return node satisfies never
    }
  }

  for (const macro of macros.values()) {
    const expression = guarded(() => parse(macro.condition))
    states.set(macro.name, expression === undefined ? { kind: 'broken' } : { kind: 'parsed', expression })
  }
  for (const macro of [...macros.values()].sort((a, b) => a.index - b.index)) expandMacro(macro)

  const expand = (condition: Source, rule: string): Expanded => {
    ruleName = rule
    return expandTree(parse(condition), undefined)
  }
  return { expand, usedMacros, usedLists }
}

function unknownMacro(node: MacroNode, macros: ReadonlyMap<string, CollectedMacro>): LanguageError {
  return new LanguageError('RULE_UNKNOWN_MACRO', { name: node.name, suggestion: didYouMean(suggest(node.name, macros.keys())) }, node.at)
}

/** The macros that a macro names itself. */
function namedIn(state: State | undefined): string[] {
  if (state === undefined || state.kind === 'broken') return []
  const names: string[] = []
  const visit = (node: Expression): void => {
    if (node.kind === 'macro') names.push(node.name)
    else if (node.kind === 'not') visit(node.child)
    else if (node.kind !== 'check') node.children.forEach(visit)
  }
  visit(state.kind === 'parsed' ? state.expression : state.expanded.expression)
  return names
}
