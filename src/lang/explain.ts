/** Runs a condition check by check, in the order of the source, and keeps what was seen: why it holds or does not. */
import type { Event } from '../events/event.ts'
import type { Vocabulary } from '../events/field.ts'
import { type CheckNode, type Expression, printCheck, printExpression } from './ast.ts'
import { type Cell, load } from './cell.ts'
import { bindCheck } from './check.ts'
import { compileCheck, createCells, type Predicate } from './compile-check.ts'
import { show } from './output.ts'

export interface CheckTrace {
  /** The check as text; of a long list the beginning. */
  readonly text: string
  /** The value of its field, as an output shows it; `<NA>` where there was none. */
  readonly value: string
  readonly result: boolean
  /** Macros around it, from the outermost. */
  readonly macros: readonly string[]
}

export interface Explanation {
  readonly matched: boolean
  /** The checks that were run: as in the language, `and` stops at the first false and `or` at the first true. */
  readonly path: readonly CheckTrace[]
  /**
   * What kept the rule from matching: the first check that was false; `not …` where a check was true that must not be;
   * `… or …` where none of several held. Undefined for a match.
   */
  readonly firstFalse: CheckTrace | undefined
}

interface Outcome {
  readonly holds: boolean
  readonly culprit: CheckTrace | undefined
}

interface Bound {
  readonly text: string
  readonly cell: Cell
  readonly show: (event: Event) => string
  readonly predicate: Predicate
}

/** The longest text that is kept of a check. */
const MAX_TEXT = 200

export function createExplainer(expression: Expression, vocabulary: Vocabulary): (event: Event) => Explanation {
  const clock = { event: 0 }
  const cellOf = createCells(clock)
  const bound = new Map<CheckNode, Bound>()

  function bind(node: CheckNode): Bound {
    const known = bound.get(node)
    if (known !== undefined) return known
    const check = bindCheck(node, vocabulary)
    const cell = cellOf(check.left)
    const made: Bound = {
      text: cut(printCheck(node)),
      cell,
      show: (event) => show(check.left, load(cell, event)),
      predicate: compileCheck(check, cellOf),
    }
    bound.set(node, made)
    return made
  }

  return (event) => {
    clock.event++
    const path: CheckTrace[] = []
    const { holds, culprit } = run(expression, [])
    return { matched: holds, path, firstFalse: holds ? undefined : culprit }

    function run(node: Expression, macros: readonly string[]): Outcome {
      switch (node.kind) {
        case 'check':
          return runCheck(node, macros)
        case 'macro':
          return node.body === undefined ? { holds: false, culprit: undefined } : run(node.body, [...macros, node.name])
        case 'not':
          return runNot(node.child, macros)
        case 'and':
        case 'or':
          return runGroup(node, macros)
        default:
          return node satisfies never
      }
    }

    function runCheck(node: CheckNode, macros: readonly string[]): Outcome {
      const { text, show: shown, predicate } = bind(node)
      const result = predicate(event)
      const trace: CheckTrace = { text, value: cut(shown(event)), result, macros }
      path.push(trace)
      return { holds: result, culprit: result ? undefined : trace }
    }

    function runNot(child: Expression, macros: readonly string[]): Outcome {
      const before = path.length
      const { holds } = run(child, macros)
      const value = path[before]?.value ?? ''
      return { holds: !holds, culprit: { text: cut(`not ${printExpression(child)}`), value, result: false, macros } }
    }

    function runGroup(node: Expression & { kind: 'and' | 'or' }, macros: readonly string[]): Outcome {
      const stopAt = node.kind === 'or'
      const before = path.length
      for (const child of node.children) {
        const outcome = run(child, macros)
        if (outcome.holds === stopAt) return outcome
      }
      if (!stopAt) return { holds: true, culprit: undefined }
      const value = path[before]?.value ?? ''
      return { holds: false, culprit: { text: cut(printExpression(node)), value, result: false, macros } }
    }
  }
}

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text)
