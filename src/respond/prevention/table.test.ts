/** Reads a packed table as native/addon/prevent/table.c does, by its offsets. */
import { expect, test } from 'vitest'
import type { DecisionNode, Decisions } from '../../events/prevention.ts'
import { packTable, type TableSettings } from './table.ts'

const SETTINGS: TableSettings = {
  act: true,
  deadlineMs: 50,
  agentPid: 7,
  mounts: ['/m'],
  protectedPrograms: ['/p2', '/p1'],
  programsOfRoot: ['/r'],
  quiet: ['/q/'],
}
const leaf = (...texts: readonly string[]): DecisionNode => ({
  op: 'test',
  test: { fact: 'path', compare: 'equal', texts, numbers: [], mask: 0 },
})

function decisions(root: DecisionNode): Decisions {
  return {
    rules: [{ name: 'r', kind: 'file.open', root, quiet: true }],
    places: { 'process.exec': 'everywhere', 'file.open': ['/b', '/a'] },
    containers: true,
  }
}

function unpack(table: Buffer) {
  const word = (at: number): number => table.readUInt32LE(4 * at)
  const span = (at: number): readonly [number, number] => [word(at), word(at + 1)]
  const [texts] = span(12)
  const [bytes] = span(16)
  const text = (index: number): string => {
    const [first, length] = [table.readUInt32LE(texts + 8 * index), table.readUInt32LE(texts + 8 * index + 4)]
    return table.subarray(bytes + first, bytes + first + length).toString()
  }
  const textsOf = ([first, count]: readonly [number, number]): string[] => Array.from({ length: count }, (_, index) => text(first + index))
  const list = ([first, count]: readonly [number, number], size: number): number[][] =>
    Array.from({ length: count }, (_, index) =>
      Array.from({ length: size }, (_, part) => table.readUInt32LE(first + 4 * (index * size + part))),
    )
  return {
    head: [word(0), word(1), word(2), word(3), word(4)],
    nodes: list(span(6), 3),
    children: list(span(8), 1).flat(),
    tests: list(span(10), 6),
    rules: list(span(14), 3),
    places: [textsOf(span(18)), textsOf(span(20))],
    everywhere: [word(22), word(23)],
    settings: [textsOf(span(24)), textsOf(span(26)), textsOf(span(28)), textsOf(span(30))],
    textsOf,
  }
}

test('what stands in a table is found at the offsets that its head tells', () => {
  const root: DecisionNode = { op: 'and', children: [leaf('/z', '/a', '/é'), { op: 'not', child: { op: 'unsure' } }] }
  const packed = packTable(decisions(root), SETTINGS)
  const { head, nodes, children, tests, rules, places, everywhere, settings, textsOf } = unpack(packed)

  expect(head).toEqual([0x31565054, packed.length, 3, 50, 7])
  expect(nodes.map(([op]) => op)).toEqual([3, 2, 4, 5])
  expect(children).toEqual([0, 2])
  expect(tests).toHaveLength(1)
  expect(textsOf([tests[0]?.[2] ?? 0, tests[0]?.[3] ?? 0])).toEqual(['/a', '/z', '/é'])
  expect(rules).toEqual([[1, 3, 1]])
  expect(places).toEqual([[], ['/a', '/b']])
  expect(everywhere).toEqual([1, 0])
  expect(settings).toEqual([['/m'], ['/p1', '/p2'], ['/r'], ['/q/']])
})

test('a part that occurs twice is packed once', () => {
  const shared = leaf('/a')
  expect(unpack(packTable(decisions({ op: 'or', children: [shared, { op: 'not', child: shared }] }), SETTINGS)).nodes).toHaveLength(3)
})

test('more than the helper takes is refused', () => {
  const root: DecisionNode = { op: 'or', children: Array.from({ length: 20_000 }, () => leaf('/a')) }
  expect(() => packTable(decisions(root), SETTINGS)).toThrow(RangeError)
})
