/** For which classes of a kind a check can hold, found by running it on one event of each class. */
import type { RecordValues } from '../events/encode.ts'
import type { Event } from '../events/event.ts'
import { CLASSES, type Classes, classCount, outcomeOf, SOCKET_KINDS, sampleOfClass, socketTypesOf } from '../events/filter-classes.ts'
import { HEADER_FLAGS } from '../events/header.ts'
import type { KindName } from '../events/kinds.ts'
import { sampleEvent } from '../events/sample-event.ts'
import { FAMILY } from '../events/shared-fields.ts'
import type { BoundCheck } from '../lang/bound.ts'
import { compileCheck, createCells, type Predicate } from '../lang/compile-check.ts'
import { flatEvent } from './flat-event.ts'

export interface ClassRange {
  /** Every class of the kind. */
  readonly all: bigint
  /** The classes for which the check can come to `outcome`; undefined where the class does not decide it. */
  readonly of: (check: BoundCheck, outcome: boolean) => bigint | undefined
}

const EINPROGRESS = 115
/** More numbers in one check are not tried. */
const MAX_NUMBERS = 64
/** Fields that have a value for all events of a class or for none: those of a file's path, which need it to be a file, or to be there. */
const OF_FILE: ReadonlySet<string> = new Set(['fd.filename', 'fs.path.name', 'fs.path.nameraw'])

/** Fields that follow from fd.type. */
const OF_SOCKET_TYPE: ReadonlySet<string> = new Set(['fd.type', 'fd.typechar', 'fd.sockfamily'])

export function createClassRange(kind: KindName): ClassRange | undefined {
  const classes = CLASSES.get(kind)
  if (classes === undefined) return undefined
  const count = classCount(classes)
  const numbers = Array.from({ length: count }, (_, number) => number)
  const events = numbers.map((number) => sampleOf(kind, sampleOfClass(classes, number)))
  /** The same where nobody knows yet how the call ends. */
  const pending = numbers.map((number) => sampleOf(kind, { ...sampleOfClass(classes, number), flags: 0 }))
  const all = (1n << BigInt(count)) - 1n

  function maskOf(holds: (number: number) => boolean): bigint {
    return numbers.reduce((mask, number) => (holds(number) ? mask | (1n << BigInt(number)) : mask), 0n)
  }

  function of(check: BoundCheck, outcome: boolean): bigint | undefined {
    if (check.left.kind !== 'field' || check.rightOperand !== undefined) return undefined
    const { definition } = check.left
    const test = predicateOf(check)
    if (definition.kinds !== undefined && !definition.kinds.some((prefix) => kind.startsWith(prefix))) return outcome ? 0n : all
    if ((classes as Classes).decides.includes(definition.name))
      return maskOf((number) => [events, pending].some((set) => test(set[number] as Event) === outcome))
    const decided = (classes as Classes).decidesFor?.[definition.name]
    if (decided !== undefined) return maskOf((number) => !decided(number) || test(events[number] as Event) === outcome)
    if ((classes as Classes).signs.includes(definition.name)) return ofSigns(check, outcome)
    if (outcome && asksForPath(check) && (SOCKET_KINDS as readonly string[]).includes(kind))
      return maskOf((number) => sampleOfClass(classes as Classes, number).family === FAMILY.unix)
    if (outcome && OF_SOCKET_TYPE.has(definition.name) && (SOCKET_KINDS as readonly string[]).includes(kind))
      return maskOf((number) => socketTypesOf(number).some((type) => test(flatEvent(type === undefined ? {} : { 'fd.type': type }, 0))))
    if (!outcome || !OF_FILE.has(definition.name)) return undefined
    const read = definition.bind(undefined)
    return maskOf((number) => read(events[number] as Event) !== undefined)
  }

  /** A number that is negative where the call failed: tried on both sides of each constant. */
  function ofSigns(check: BoundCheck, outcome: boolean): bigint | undefined {
    const constants = check.constants.filter((one) => typeof one === 'number')
    if (constants.length !== check.constants.length || constants.length > MAX_NUMBERS) return undefined
    const tried = [0, -1, -13, 1, ...constants.flatMap((one) => [Math.floor(one) - 1, Math.floor(one), Math.ceil(one), Math.ceil(one) + 1])]
    const holds = new Set<string>()
    const test = predicateOf(check)
    for (const result of [...tried, -EINPROGRESS])
      if (test(sampleOf(kind, { result, flags: HEADER_FLAGS.hasResult })) === outcome) holds.add(outcomeName(result))
    if (test(sampleOf(kind, { flags: 0 })) === outcome) holds.add('ok')
    return maskOf((number) => outcomesOf(classes as Classes, number).some((name) => holds.has(name)))
  }

  return { all, of }
}

/** Not `pmatch`, for which a slash in front is not a part of the text: `/` and `/10*` hold for addresses, too. */
const BY_BEGINNING: ReadonlySet<string> = new Set(['=', 'in', 'intersects', 'startswith'])

/** The name of a socket that begins with a slash is that of a Unix socket: of an internet one it begins with an address. */
const asksForPath = ({ left, operator, constants }: BoundCheck): boolean =>
  left.kind === 'field' &&
  left.definition.name === 'fd.name' &&
  BY_BEGINNING.has(operator.name) &&
  constants.every((one) => typeof one === 'string' && one.startsWith('/'))

const outcomeName = (result: number): string => (result >= 0 ? 'ok' : result === -EINPROGRESS ? 'in progress' : 'failed')

/** Where a kind has no class for calls in progress, they have failed. */
function outcomesOf(classes: Classes, number: number): string[] {
  const outcome = outcomeOf(classes, number)
  if (outcome === undefined) return ['ok', 'in progress', 'failed']
  const apart = classes.facts.some(({ outcomes }) => outcomes?.includes('in progress'))
  return outcome === 'failed' && !apart ? ['failed', 'in progress'] : [outcome]
}

const PATHS = { path: '/a/b', rawPath: '/a/b' }

const sampleOf = (kind: KindName, values: RecordValues): Event => sampleEvent(kind, { ...(kind === 'file.open' ? PATHS : {}), ...values })

function predicateOf(check: BoundCheck): Predicate {
  const clock = { event: 0 }
  const holds = compileCheck(check, createCells(clock))
  return (event) => {
    clock.event++
    return holds(event)
  }
}
