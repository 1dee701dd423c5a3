/** One bound check as a function of the event, specialised by operator, type and the shape of the value. */
import type { Event } from '../events/event.ts'
import type { FieldDefinition, FieldValue } from '../events/field.ts'
import type { BoundCheck, BoundOperand, BoundTransform } from './bound.ts'
import type { Constant } from './constants.ts'
import type { Scalar, Test } from './operator.ts'

export type Getter = (event: Event) => FieldValue | undefined
export type Predicate = (event: Event) => boolean

/** The check as a function; `read` gives the readers of its operands. A value that is missing makes it false, whatever the operator. */
export function compileCheck(check: BoundCheck, read: (operand: BoundOperand) => Getter): Predicate {
  const get = read(check.left)
  const { many } = check.left.shape
  if (check.operator.name === 'exists') return compileExists(get, many === 'any')
  if (check.rightOperand !== undefined) return compileDynamic(check, get, read(check.rightOperand))
  if (many === 'one' && check.modifier === undefined) return compileSingle(check, get)
  const test = testOf(check, check.constants)
  if (many === 'one') return (event) => holdsForOne(get(event), test)
  return many === 'list' ? compileList(check, get, test) : compileAny(check, get, test)
}

function holdsForOne(value: FieldValue | undefined, test: Test): boolean {
  return value !== undefined && test(value as Scalar)
}

/** A list that is there exists even where it is empty; of several values there must be one. */
function compileExists(get: Getter, any: boolean): Predicate {
  return (event) => {
    const value = get(event)
    return value !== undefined && !(any && Array.isArray(value) && value.length === 0)
  }
}

/** The hot shapes have a function of their own, so that a check is one call beside the reading (bench/evaluate.ts). */
function compileSingle(check: BoundCheck, get: Getter): Predicate {
  const [constant] = check.constants
  const { type } = check.left.shape
  if (typeof constant === 'object' || type === 'net') return generic(check, get)
  switch (check.operator.name) {
    case '=':
      return (event) => get(event) === constant
    case '!=':
      return (event) => {
        const value = get(event)
        return value !== undefined && value !== constant
      }
    case 'in':
    case 'intersects': {
      const set = new Set<unknown>(check.constants)
      return (event) => set.has(get(event))
    }
    case 'contains':
      return compileContains(get, constant as string)
    case 'startswith':
      return compileStartsWith(get, constant as string)
    case 'endswith':
      return compileEndsWith(get, constant as string)
    default:
      return generic(check, get)
  }
}

function compileContains(get: Getter, text: string): Predicate {
  return (event) => {
    const value = get(event)
    return value !== undefined && (value as string).includes(text)
  }
}

function compileStartsWith(get: Getter, text: string): Predicate {
  return (event) => {
    const value = get(event)
    return value !== undefined && (value as string).startsWith(text)
  }
}

function compileEndsWith(get: Getter, text: string): Predicate {
  return (event) => {
    const value = get(event)
    return value !== undefined && (value as string).endsWith(text)
  }
}

function generic(check: BoundCheck, get: Getter): Predicate {
  const test = testOf(check, check.constants)
  return (event) => {
    const value = get(event)
    return value !== undefined && test(value as Scalar)
  }
}

/** `in`: every value of the list; `intersects`: any. */
function compileList(check: BoundCheck, get: Getter, test: Test): Predicate {
  const every = check.operator.lists === 'every'
  return (event) => {
    const value = get(event)
    if (value === undefined) return false
    const values = (Array.isArray(value) ? value : [value]) as readonly Scalar[]
    return every ? values.every(test) : values.some(test)
  }
}

/**
 * A field that stands for several values: any of them. `!=` wants all (fd.ip != x: neither end is x), except where the
 * values are ancestors: there Falco asks for one that differs.
 */
function compileAny(check: BoundCheck, get: Getter, test: Test): Predicate {
  const ancestors = check.left.kind === 'field' && check.left.definition.argument !== undefined
  const every = check.operator.name === '!=' && !ancestors
  return (event) => {
    const value = get(event)
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
function compileDynamic(check: BoundCheck, left: Getter, right: Getter): Predicate {
  return (event) => {
    const value = left(event)
    const other = value === undefined ? undefined : right(event)
    if (value === undefined || other === undefined) return false
    const constants = (Array.isArray(other) ? other : [other]) as readonly Constant[]
    const test = testOf(check, constants)
    if (!Array.isArray(value)) return test(value as Scalar)
    const values = value as readonly Scalar[]
    return check.operator.lists === 'every' ? values.every(test) : values.some(test)
  }
}

/** Reads an operand; `read` gives the readers of what is inside it. */
export function compileOperand(operand: BoundOperand, read: (operand: BoundOperand) => Getter): Getter {
  switch (operand.kind) {
    case 'field':
      return operand.definition.bind(operand.argument)
    case 'text':
      return () => operand.text
    case 'words':
      return wordsOf(operand.definition)
    case 'list':
      return listOf(operand.items.map(read))
    case 'transform':
      return transformOf(operand, operand.inputs.map(read))
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
function listOf(items: readonly Getter[]): Getter {
  return (event) => {
    const values: string[] = []
    for (const item of items) {
      const value = item(event)
      if (value === undefined) return undefined
      if (Array.isArray(value)) values.push(...value.map(String))
      else values.push(String(value))
    }
    return values
  }
}

function transformOf({ transformer, argument }: BoundTransform, inputs: readonly Getter[]): Getter {
  const apply = transformer.compile(argument)
  const takesMissing = transformer.takesMissing === true
  const [first] = inputs
  if (inputs.length === 1 && first !== undefined) {
    return (event) => {
      const value = first(event)
      return value === undefined && !takesMissing ? undefined : apply(value)
    }
  }
  return (event) => {
    const values: FieldValue[] = []
    for (const input of inputs) {
      const value = input(event)
      if (value === undefined) return undefined
      values.push(value)
    }
    return apply(...values)
  }
}

/** Readers that are made once for each operand and remember nothing of an event. */
export function createGetters(): (operand: BoundOperand) => Getter {
  const getters = new Map<string, Getter>()
  const read = (operand: BoundOperand): Getter => {
    const getter = getters.get(operand.key) ?? compileOperand(operand, read)
    getters.set(operand.key, getter)
    return getter
  }
  return read
}
