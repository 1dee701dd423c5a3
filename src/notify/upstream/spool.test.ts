import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSpool, type Spool } from './spool.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-spool-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const MOST = { lines: 1000, bytes: 1 << 20 }
const open = (segmentBytes = 1 << 20): Spool => openSpool({ folder, durable: false, segmentBytes })
/** Lines as the agent writes them. */
const batch = (...names: readonly string[]): Buffer => Buffer.from(names.map((name) => `"event":"${name}"}\n`).join(''))
const manyNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `e${index}`)
const files = (): string[] => readdirSync(folder).sort()

/** What the server would get, all of it: numbers and names, spool by spool. */
function drained(spool: Spool, most = MOST): string[] {
  const all: string[] = []
  for (let next = spool.next(most); next !== undefined; next = spool.next(most)) {
    for (const line of next.bytes.toString().trimEnd().split('\n')) {
      const { seq, event } = JSON.parse(line) as { seq: number; event: string }
      all.push(`${seq} ${event}`)
    }
    expect(spool.acknowledge(next, next.firstSeq + next.lines - 1)).toBe(next.lines)
  }
  return all
}

test('lines come out as they went in, numbered from 1 without a gap, over as many files as they fill', () => {
  const spool = open(100)
  for (const name of manyNames(50)) spool.append(batch(name))
  expect(files().length).toBeGreaterThan(5)
  expect(spool.waiting()).toBe(50)
  expect(drained(spool)).toEqual(manyNames(50).map((name, index) => `${index + 1} ${name}`))
  expect(spool.waiting()).toBe(0)
})

test('a batch has no more lines and bytes than asked for, but one line at least', () => {
  const spool = open()
  spool.append(batch('a', 'b', 'c', 'x'.repeat(5000), 'd'))
  expect(spool.next({ lines: 2, bytes: 1 << 20 })?.lines).toBe(2)
  expect(spool.next({ lines: 9, bytes: 60 })?.lines).toBe(2)
  expect(drained(spool, { lines: 9, bytes: 60 })).toHaveLength(5)
})

test('the same lines are given until they are acknowledged, and of a part the rest', () => {
  const spool = open()
  spool.append(batch('a', 'b', 'c'))
  const first = spool.next(MOST)
  expect(spool.next(MOST)).toEqual(first)
  if (first === undefined) throw new Error('nothing to send')
  expect(spool.acknowledge(first, 0)).toBe(0)
  expect(spool.acknowledge(first, 2)).toBe(2)
  expect(spool.next(MOST)).toMatchObject({ firstSeq: 3, lines: 1 })
  expect(drained(spool)).toEqual(['3 c'])
})

test('files go when all in them is acknowledged, and not before', () => {
  const spool = open(100)
  for (const name of manyNames(20)) spool.append(batch(name))
  const before = files()
  const next = spool.next({ lines: 3, bytes: 1 << 20 })
  if (next === undefined) throw new Error('nothing to send')
  spool.acknowledge(next, 3)
  expect(files()).toEqual(before)
  drained(spool)
  expect(files().length).toBeLessThanOrEqual(1)
  spool.close()
  expect(files()).toEqual([])
})

describe('an agent that starts again', () => {
  test('sends what is left first, and begins a spool with another id', () => {
    const before = open(100)
    for (const name of manyNames(10)) before.append(batch(name))
    const old = before.next(MOST)?.spool
    before.close()
    const spool = open(100)
    spool.append(batch('new'))
    expect(spool.next(MOST)?.spool).toBe(old)
    expect(drained(spool)).toEqual([...manyNames(10).map((name, index) => `${index + 1} ${name}`), '1 new'])
  })

  test('after several runs keeps their order', () => {
    for (const run of ['a', 'b', 'c']) {
      const spool = open()
      spool.append(batch(`${run}1`, `${run}2`))
      spool.close()
    }
    expect(drained(open())).toEqual(['1 a1', '2 a2', '1 b1', '2 b2', '1 c1', '2 c2'])
  })

  const BEFORE = [
    ['a line that was written in part', (path: string) => appendFileSync(path, '{"seq":4,"event":"cu'), 3, 1],
    ['a last line without its newline', (path: string) => truncateSync(path, statSync(path).size - 1), 2, 1],
    ['zeros behind the last line, as after a power cut', (path: string) => appendFileSync(path, Buffer.alloc(4096)), 3, 1],
    ['a line with a wrong number', (path: string) => appendFileSync(path, '{"seq":9,"event":"x"}\n{"seq":10,"event":"y"}\n'), 3, 2],
    ['nothing but noise', (path: string) => writeFileSync(path, 'noise\nnoise\n'), 0, 2],
  ] as const
  test.each(BEFORE)('cuts off %s', (_, damage, left, cut) => {
    const before = open()
    before.append(batch('a', 'b', 'c'))
    before.close()
    damage(join(folder, files()[0] as string))
    const spool = open()
    expect([spool.waiting(), spool.damaged()]).toEqual([left, cut])
    spool.append(batch('d'))
    expect(drained(spool)).toEqual([...['1 a', '2 b', '3 c'].slice(0, left), '1 d'])
  })

  test('does not look at files of others', () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    const spool = open()
    spool.append(batch('a'))
    expect(drained(spool)).toEqual(['1 a'])
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine')
  })
})

describe('damage while it runs', () => {
  test('a file that is taken away is counted, and what follows is sent', () => {
    const spool = open(100)
    for (const name of manyNames(10)) spool.append(batch(name))
    rmSync(join(folder, files()[0] as string))
    const sent = drained(spool)
    expect(sent.length + spool.damaged()).toBe(10)
    expect(sent.at(-1)).toBe('10 e9')
  })

  test('a folder that is taken away is made again', () => {
    const spool = open(100)
    for (const name of manyNames(10)) spool.append(batch(name))
    rmSync(folder, { recursive: true })
    for (const name of manyNames(20)) spool.append(batch(name))
    expect(drained(spool).at(-1)).toBe('30 e19')
  })
})

test('the oldest file can be given up for its room, even one that is on its way to the server', () => {
  const spool = open(100)
  for (const name of manyNames(10)) spool.append(batch(name))
  const onItsWay = spool.next(MOST)
  const bytes = spool.bytes()
  const lost = spool.dropOldest()
  expect(lost).toBeGreaterThan(0)
  expect(spool.bytes()).toBeLessThan(bytes)
  if (onItsWay !== undefined) spool.acknowledge(onItsWay, onItsWay.firstSeq)
  expect(drained(spool)).toHaveLength(10 - lost)
  expect(spool.dropOldest()).toBe(0)
})

test('only its owner may read it', () => {
  open().append(batch('a'))
  expect(statSync(join(folder, files()[0] as string)).mode & 0o777).toBe(0o600)
})
