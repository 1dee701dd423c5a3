/** One bound check as a function of the event, specialised by operator, type and the shape of the value. */
import type { Event } from '../events/event.ts'
import type { FieldDefinition, FieldValue } from '../events/field.ts'
import type { BoundCheck, BoundOperand, BoundTransform } from './bound.ts'
import { type Cell, type Clock, createCell, type Getter, load } from './cell.ts'
import type { Constant } from './constants.ts'
import type { Scalar, Test } from './operator.ts'

export type Predicate = (event: Event) => boolean

/** Gives the cell of an operand; equal operands have one. */
export type CellOf = (operand: BoundOperand) => Cell

/** The check as a function. A value that is missing makes it false, whatever the operator. */
export function compileCheck(check: BoundCheck, cellOf: CellOf): Predicate {
  const cell = cellOf(check.left)
  const { many } = check.left.shape
  if (check.operator.name === 'exists') return compileExists(cell, many === 'any')
  if (check.rightOperand !== undefined) return compileDynamic(check, cell, cellOf(check.rightOperand))
  if (many === 'one' && check.modifier === undefined) return compileSingle(check, cell)
  const test = testOf(check, check.constants)
  if (many === 'one') return (event) => holdsForOne(load(cell, event), test)
  return many === 'list' ? compileList(check, cell, test) : compileAny(check, cell, test)
}

function holdsForOne(value: FieldValue | undefined, test: Test): boolean {
  return value !== undefined && test(value as Scalar)
}

/** A list that is there exists even where it is empty; of several values there must be one. */
function compileExists(cell: Cell, any: boolean): Predicate {
  return (event) => {
    const value = load(cell, event)
    return value !== undefined && !(any && Array.isArray(value) && value.length === 0)
  }
}

/**
 * The hot shapes have a function of their own for each type, so that a check is one call beside the reading and its
 * comparison stays with one type of values (bench/evaluate.ts).
 */
function compileSingle(check: BoundCheck, cell: Cell): Predicate {
  const [constant] = check.constants
  const { type } = check.left.shape
  if (constant === undefined || typeof constant === 'object' || type === 'net') return generic(check, cell)
  if (typeof constant === 'number' && check.operator.right !== 'list') return compileNumber(check, cell, constant)
  switch (check.operator.name) {
    case '=':
      return typeof constant === 'boolean' ? compileIs(cell, constant) : compileEqual(cell, constant)
    case '!=':
      return typeof constant === 'boolean' ? compileIs(cell, !constant) : compileNotEqual(cell, constant)
    case 'in':
    case 'intersects':
      return compileIn(cell, new Set<unknown>(check.constants))
    case 'contains':
      return compileContains(cell, constant as string)
    case 'startswith':
      return compileStartsWith(cell, constant as string)
    case 'endswith':
      return compileEndsWith(cell, constant as string)
    default:
      return generic(check, cell)
  }
}

const compileIs = (cell: Cell, constant: boolean): Predicate =>
  constant ? (event) => load(cell, event) === true : (event) => load(cell, event) === false

const compileEqual =
  (cell: Cell, text: string | number): Predicate =>
  (event) =>
    load(cell, event) === text

function compileNotEqual(cell: Cell, text: string | number): Predicate {
  return (event) => {
    const value = load(cell, event)
    return value !== undefined && value !== text
  }
}

const compileIn =
  (cell: Cell, set: ReadonlySet<unknown>): Predicate =>
  (event) =>
    set.has(load(cell, event))

function compileNumber(check: BoundCheck, cell: Cell, constant: number): Predicate {
  switch (check.operator.name) {
    case '=':
      return (event) => load(cell, event) === constant
    case '!=':
      return (event) => {
        const value = load(cell, event) as number | undefined
        return value !== undefined && value !== constant
      }
    case '<':
      return (event) => {
        const value = load(cell, event) as number | undefined
        return value !== undefined && value < constant
      }
    case '<=':
      return (event) => {
        const value = load(cell, event) as number | undefined
        return value !== undefined && value <= constant
      }
    case '>':
      return (event) => {
        const value = load(cell, event) as number | undefined
        return value !== undefined && value > constant
      }
    case '>=':
      return (event) => {
        const value = load(cell, event) as number | undefined
        return value !== undefined && value >= constant
      }
    default:
      return generic(check, cell)
  }
}

function compileContains(cell: Cell, text: string): Predicate {
  return (event) => {
    const value = load(cell, event)
    return value !== undefined && (value as string).includes(text)
  }
}

function compileStartsWith(cell: Cell, text: string): Predicate {
  return (event) => {
    const value = load(cell, event)
    return value !== undefined && (value as string).startsWith(text)
  }
}

function compileEndsWith(cell: Cell, text: string): Predicate {
  return (event) => {
    const value = load(cell, event)
    return value !== undefined && (value as string).endsWith(text)
  }
}

function generic(check: BoundCheck, cell: Cell): Predicate {
  const test = testOf(check, check.constants)
  return (event) => {
    const value = load(cell, event)
    return value !== undefined && test(value as Scalar)
  }
}

/** `in`: every value of the list; `intersects`: any. */
function compileList(check: BoundCheck, cell: Cell, test: Test): Predicate {
  const every = check.operator.lists === 'every'
  return (event) => {
    const value = load(cell, event)
    if (value === undefined) return false
    const values = (Array.isArray(value) ? value : [value]) as readonly Scalar[]
    return every ? values.every(test) : values.some(test)
  }
}

/**
 * A field that stands for several values: any of them. `!=` wants all (fd.ip != x: neither end is x), except where the
 * values are ancestors: there Falco asks for one that differs.
 */
function compileAny(check: BoundCheck, cell: Cell, test: Test): Predicate {
  const ancestors = check.left.kind === 'field' && check.left.definition.argument !== undefined
  const every = check.operator.name === '!=' && !ancestors
  return (event) => {
    const value = load(cell, event)
    if (value === undefined) return false
    if (!Array.isArray(value)) return test(value as Scalar)
    const values = value as readonly Scalar[]
    return every ? values.length > 0 && values.every(test) : values.some(test)
  }
}

/** The test of one value, with `oneof`, `anyof` and `allof` over the constants. */
function testOf(check: BoundCheck, constants: readonly Constant[]): Test {
  const { operator, modifier } = check
  const { type } = check.left.shape
  if (modifier === undefined) return operator.compile(constants, type)
  if (constants.length === 0) return () => false
  const tests = constants.map((constant) => operator.compile([constant], type))
  if (modifier === 'anyof') return (value) => tests.some((test) => test(value))
  if (modifier === 'allof') return (value) => tests.every((test) => test(value))
  return (value) => tests.reduce((count, test) => count + (test(value) ? 1 : 0), 0) === 1
}

/** A field on the right: its value is compiled in for each event. Either value missing: false. */
function compileDynamic(check: BoundCheck, left: Cell, right: Cell): Predicate {
  return (event) => {
    const value = load(left, event)
    const other = value === undefined ? undefined : load(right, event)
    if (value === undefined || other === undefined) return false
    const constants = (Array.isArray(other) ? other : [other]) as readonly Constant[]
    const test = testOf(check, constants)
    if (!Array.isArray(value)) return test(value as Scalar)
    const values = value as readonly Scalar[]
    return check.operator.lists === 'every' ? values.every(test) : values.some(test)
  }
}

/** Reads an operand, whatever was read before. */
function compileOperand(operand: BoundOperand, cellOf: CellOf): Getter {
  switch (operand.kind) {
    case 'field':
      return operand.definition.bind(operand.argument)
    case 'text':
      return () => operand.text
    case 'words':
      return wordsOf(operand.definition)
    case 'list':
      return listOf(operand.items.map(cellOf))
    case 'transform':
      return transformOf(operand, operand.inputs.map(cellOf))
    default:
      return operand satisfies never
  }
}

/** The most elements that are read of a field by its index. */
const MAX_WORDS = 1024

function wordsOf(definition: FieldDefinition): Getter {
  const getters: Getter[] = []
  return (event) => {
    const words: string[] = []
    for (let index = 0; index < MAX_WORDS; index++) {
      const get = getters[index] ?? definition.bind(index)
      getters[index] = get
      const word = get(event)
      if (word === undefined) break
      words.push(String(word))
    }
    return words
  }
}

/** A value that is itself a list gives each of its values. One that is missing makes the whole missing. */
function listOf(items: readonly Cell[]): Getter {
  return (event) => {
    const values: string[] = []
    for (const item of items) {
      const value = load(item, event)
      if (value === undefined) return undefined
      if (Array.isArray(value)) values.push(...value.map(String))
      else values.push(String(value))
    }
    return values
  }
}

function transformOf({ transformer, argument }: BoundTransform, inputs: readonly Cell[]): Getter {
  const apply = transformer.compile(argument)
  const takesMissing = transformer.takesMissing === true
  const [first] = inputs
  if (inputs.length === 1 && first !== undefined) {
    return (event) => {
      const value = load(first, event)
      return value === undefined && !takesMissing ? undefined : apply(value)
    }
  }
  return (event) => {
    const values: FieldValue[] = []
    for (const input of inputs) {
      const value = load(input, event)
      if (value === undefined) return undefined
      values.push(value)
    }
    return apply(...values)
  }
}

/** Cells that are made once for each operand. They are as old as the clock says. */
export function createCells(clock: Clock): CellOf {
  const cells = new Map<string, Cell>()
  const cellOf = (operand: BoundOperand): Cell => {
    const cell = cells.get(operand.key) ?? createCell(clock, compileOperand(operand, cellOf))
    cells.set(operand.key, cell)
    return cell
  }
  return cellOf
}
