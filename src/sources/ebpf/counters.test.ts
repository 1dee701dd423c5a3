import { expect, test } from 'vitest'
import { KINDS } from '../../events/kinds.ts'
import { readCounters } from './counters.ts'

const CPUS = 2
const FIELDS = 12
const LEVELS = 3
const id = (name: string): number => KINDS.find((kind) => kind.name === name)?.id ?? 0

/** seen, sent, full, reserved, nested, folded, failed, filtered by class, process and object, sampled of kinds by CPU. */
function values(set: Record<string, readonly (readonly number[])[]>) {
  const numbers = new BigUint64Array(256 * CPUS * FIELDS)
  for (const [kind, cpus] of Object.entries(set)) {
    for (const [cpu, fields] of cpus.entries()) {
      for (const [index, value] of fields.entries()) numbers[(id(kind) * CPUS + cpu) * FIELDS + index] = BigInt(value)
    }
  }
  return { values: numbers.buffer, kinds: 256, cpus: CPUS, fields: FIELDS }
}

/** Pairs of highest + 1 and received, by CPU and level. */
const drained = (sequences: readonly number[]) => ({
  records: 9,
  bytes: 900,
  corrupt: 1,
  waits: 2,
  slices: 3,
  unread: 0,
  ringBytes: 4096,
  ringUsed: 8,
  ringPeak: 16,
  sequences: BigUint64Array.from(sequences.map(BigInt)).buffer,
})
const SILENCE = Array<number>(2 * CPUS * LEVELS).fill(0)

const PASSED = { filteredClass: 0, filteredProcess: 0, filteredObject: 0, sampled: 0, killed: 0 }

const SEEN = {
  'file.open': [
    [10, 4, 3, 2, 1, 0, 0],
    [5, 5, 0, 0, 0, 0, 1],
  ],
  'net.send': [[7, 0, 0, 7, 0, 0, 0], []],
}

test('counters are summed over the CPUs, and kinds that were never seen left out', () => {
  const { kinds, lost, kindsByCpu } = readCounters(values(SEEN), drained(SILENCE), LEVELS, false)
  expect([...kinds]).toEqual([
    ['file.open', { seen: 15, sent: 9, lostFull: 3, lostReserved: 2, lostNested: 1, folded: 0, failed: 1, ...PASSED }],
    ['net.send', { seen: 7, sent: 0, lostFull: 0, lostReserved: 7, lostNested: 0, folded: 0, failed: 0, ...PASSED }],
  ])
  expect(lost).toEqual({ full: 3, reserved: 9, nested: 1 })
  expect(kindsByCpu.size).toBe(0)
})

test('by CPU they are given when asked for', () => {
  const { kindsByCpu } = readCounters(values(SEEN), drained(SILENCE), LEVELS, true)
  expect(kindsByCpu.get('file.open')?.map(({ sent }) => sent)).toEqual([4, 5])
})

test('gaps are what took a number and did not arrive, at each level of each CPU', () => {
  // CPU 0: 10 of 12 at the task level, 1 of 1 in softirq. CPU 1: 4 of 9 in hardirq.
  const { cpus, gaps } = readCounters(values({}), drained([12, 10, 1, 1, 0, 0, 0, 0, 0, 0, 9, 4]), LEVELS, false)
  expect(cpus).toEqual([
    { cpu: 0, received: 11, gaps: 2 },
    { cpu: 1, received: 4, gaps: 5 },
  ])
  expect(gaps).toBe(7)
})

test('counters of another shape are refused, not misread', () => {
  expect(() => readCounters({ ...values({}), fields: 13 }, drained(SILENCE), LEVELS, false)).toThrow(RangeError)
})
