import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { familyOf } from './family.ts'

let proc = ''
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'tarsier-family-'))
})
afterEach(() => rmSync(proc, { recursive: true }))

interface Shown {
  readonly ppid: number
  /** In ticks of 10 ms. */
  readonly start: number
  readonly session?: number
}

/** As the kernel shows it in /proc/PID/stat. */
function show(pid: number, { ppid, start, session = 1 }: Shown): void {
  mkdirSync(join(proc, String(pid)), { recursive: true })
  writeFileSync(join(proc, String(pid), 'stat'), `${pid} (a) b) S ${ppid} 1 ${session} ${'0 '.repeat(15)}${start} 0`)
}

const ROOT = { pid: 100, startNs: 500e7 }

/** `meanwhile`: after all were read. */
const family = (meanwhile = (): void => undefined): readonly number[] => {
  const descendants = (): readonly [] => {
    meanwhile()
    return []
  }
  return familyOf(ROOT, { proc, descendants })
    .map(({ pid }) => pid)
    .sort((a, b) => a - b)
}

beforeEach(() => {
  show(100, { ppid: 1, start: 500 })
  show(200, { ppid: 100, start: 500 })
  show(300, { ppid: 200, start: 700 })
  show(301, { ppid: 1, start: 600, session: 100 })
  show(400, { ppid: 1, start: 600 })
})

test('children, theirs, and who is in its session', () => {
  expect(family()).toEqual([100, 200, 300, 301])
})

test('who is older than the one that has the number of its parent, or of its session, is of another family', () => {
  show(201, { ppid: 200, start: 499 })
  show(202, { ppid: 1, start: 499, session: 200 })
  expect(family()).toEqual([100, 200, 300, 301])
})

test('children of who has taken the number while all were read are of another family', () => {
  const taken = (): void => show(100, { ppid: 1, start: 501 })
  expect(family(taken)).toEqual([100, 301])
})

test('children of one that ended while all were read still belong to it', () => {
  const ended = (): void => {
    rmSync(join(proc, '100'), { recursive: true })
    show(200, { ppid: 1, start: 500 })
  }
  expect(family(ended)).toEqual([100, 200, 300, 301])
})
