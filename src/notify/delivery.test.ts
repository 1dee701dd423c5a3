import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { createLog } from '../lib/log.ts'
import { createBackOff } from './delivery/back-off.ts'
import type { DeadLetterLine } from './delivery/dead-letter.ts'
import { later, refused, SENT, type SendOutcome } from './delivery/outcome.ts'
import { deliverySettings } from './delivery/settings.ts'
import { createDelivery, type DeliveryOptions } from './delivery.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-delivery-'))
afterAll(() => rmSync(folder, { recursive: true }))
let opened = 0

const schema = z.strictObject(deliverySettings())
const finding = (output: string, more: Partial<Finding> = {}): Finding => ({ ...SAMPLE_FINDING, output, ...more })
const named = (count: number): Finding[] => Array.from({ length: count }, (_, n) => finding(`f${n}`))

interface Opened {
  readonly settings?: Readonly<Record<string, string>>
  readonly options?: Partial<DeliveryOptions>
  /** One for each call; then all is sent. */
  readonly answers?: readonly (SendOutcome | Error | undefined)[]
}

/** A delivery to a list, and what it says. */
function open({ settings = {}, options = {}, answers = [] }: Opened = {}) {
  const stateFolder = join(folder, String(opened++))
  const calls: string[][] = []
  const sent: string[] = []
  const atMs: number[] = []
  const logged: string[] = []
  const log = createLog({ write: (line) => logged.push(line), format: 'text', level: 'debug', colour: false, nowNs: () => 0 })
  const delivery = createDelivery({
    name: 'list',
    settings: schema.parse(settings),
    context: { log, stateFolder },
    maxBatch: 4,
    maxWaitMs: 5,
    send: async (batch) => {
      const texts = batch.map((one) => one.output)
      const answer = answers[calls.length]
      calls.push(texts)
      atMs.push(performance.now())
      if (answer instanceof Error) throw answer
      if (answer === undefined || answer.kind === 'sent') sent.push(...texts)
      return answer
    },
    ...options,
    limits: { firstRetryMs: 10, maxRetryMs: 50, ...options.limits },
  })
  const path = join(stateFolder, 'dead-letter', 'list.ndjson')
  return { ...delivery, calls, sent, atMs, logged, path, dead: () => deadLines(path) }
}

function deadLines(path: string): DeadLetterLine[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as DeadLetterLine)
}

async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(condition()).toBe(true)
}

test('findings are sent in batches, in their order, and only once', async () => {
  const { write, close, calls, stats } = open()
  for (const one of named(10)) write(one)
  await close(1000)
  expect(calls).toEqual([
    ['f0', 'f1', 'f2', 'f3'],
    ['f4', 'f5', 'f6', 'f7'],
    ['f8', 'f9'],
  ])
  expect(stats()).toEqual({ written: 10, dropped: 0, leftOut: 0, deadLettered: 0 })
})

test('a lonely finding waits no longer than it is told to', async () => {
  const { write, close, calls } = open()
  write(finding('one'))
  expect(calls).toEqual([])
  await until(() => calls.length === 1)
  await close(1000)
})

test('what fails at first is sent again before what came later, and each change is said once', async () => {
  const { write, close, calls, sent, logged, stats } = open({ answers: [later('away'), new Error('ECONNREFUSED'), SENT] })
  for (const one of named(6)) write(one)
  await until(() => sent.length === 6)
  await close(1000)
  expect(calls.map((call) => call[0])).toEqual(['f0', 'f0', 'f0', 'f4'])
  expect(sent).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5'])
  expect(logged.map((line) => line.replace(/\n/, ''))).toEqual([
    'tarsier: error: an output cannot deliver; its findings wait (output=list, reason=away)',
    'tarsier: an output delivers again (output=list, lost=0)',
  ])
  expect(stats()).toMatchObject({ written: 6, dropped: 0 })
})

test('a server that asks for patience is given it', async () => {
  const { write, close, sent, atMs } = open({ answers: [later('busy', 200)] })
  write(finding('one'))
  await until(() => sent.length === 1)
  await close(1000)
  expect((atMs[1] ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(195)
})

test('waits double up to their bound, and begin anew when it went well', () => {
  const backOff = createBackOff({ firstMs: 250, maxMs: 30_000, random: () => 1 })
  const waits = Array.from({ length: 9 }, backOff.next)
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  backOff.reset()
  expect(backOff.next()).toBe(250)
  expect(createBackOff({ firstMs: 250, maxMs: 30_000, random: () => 0 }).next()).toBe(125)
})

describe('refused', () => {
  test('for one finding in it: the others of the batch are delivered, and that one is kept with the reason', async () => {
    const options: Partial<DeliveryOptions> = {
      maxBatch: 8,
      send: async (batch) => (batch.some((one) => one.output === 'f5') ? refused('bad field', { perFinding: true }) : SENT),
    }
    const { write, close, dead, stats } = open({ options })
    for (const one of named(8)) write(one)
    await close(1000)
    expect(stats()).toMatchObject({ written: 7, dropped: 1, deadLettered: 1 })
    expect(dead()).toMatchObject([{ output: 'list', reason: 'bad field', finding: { output: 'f5', lineage: SAMPLE_FINDING.lineage } }])
  })

  test('as a whole: it is not tried again, and said with what becomes of it', async () => {
    const { write, close, calls, logged, stats, dead } = open({ answers: [refused('no such token', { perFinding: false })] })
    for (const one of named(5)) write(one)
    await close(1000)
    expect(calls.map((call) => call.length)).toEqual([4, 1])
    expect(stats()).toMatchObject({ written: 1, dropped: 4, deadLettered: 4 })
    expect(dead().map((line) => line.finding.output)).toEqual(['f0', 'f1', 'f2', 'f3'])
    expect(logged.join('')).toMatch(/refuses findings; they are kept in its dead-letter file.*no such token/)
  })

  test('every single one: halves are not tried for ever', async () => {
    let calls = 0
    const send: DeliveryOptions['send'] = async () => {
      calls++
      return refused('no', { perFinding: true })
    }
    const { write, close, stats } = open({ options: { send, maxBatch: 100 } })
    for (const one of named(1000)) write(one)
    await close(2000)
    expect(stats()).toMatchObject({ written: 0, dropped: 1000 })
    expect(calls).toBeLessThan(60)
  })

  test('in parts: the refused are kept, the delayed are sent again, the rest is delivered', async () => {
    const parts: SendOutcome = { kind: 'parts', refused: [{ index: 1, reason: 'mapping' }], later: [2], reason: 'busy' }
    const { write, close, calls, stats, dead } = open({ answers: [parts] })
    for (const one of named(4)) write(one)
    await until(() => calls.length === 2)
    await close(1000)
    expect(calls[1]).toEqual(['f2'])
    expect(stats()).toMatchObject({ written: 3, dropped: 1 })
    expect(dead().map((line) => [line.finding.output, line.reason])).toEqual([['f1', 'mapping']])
  })

  test('by a mistake of ours: the finding is kept, the others go on', async () => {
    const send: DeliveryOptions['send'] = async (batch) => {
      if (batch.some((one) => one.output === 'f1')) throw new TypeError('x is undefined')
      return SENT
    }
    const { write, close, stats, dead } = open({ options: { send } })
    for (const one of named(4)) write(one)
    await close(1000)
    expect(stats()).toMatchObject({ written: 3, dropped: 1 })
    expect(dead()[0]).toMatchObject({ reason: 'a bug: x is undefined', finding: { output: 'f1' } })
  })
})

describe('a server that never answers', () => {
  const silent = (): Promise<undefined> => new Promise(() => {})

  test('its queue is bounded, what finds no room and what is left is kept, and closing does not wait for it', async () => {
    const { write, close, stats, dead } = open({ settings: { maxQueued: '6' }, options: { send: silent } })
    for (const one of named(50)) write(one)
    const started = performance.now()
    await close(300)
    expect(performance.now() - started).toBeLessThan(1000)
    expect(stats()).toMatchObject({ written: 0, dropped: 50, deadLettered: 50 })
    const reasons = dead().map((line) => line.reason)
    expect(reasons.filter((reason) => reason === 'there was no room')).toHaveLength(44)
    expect(reasons.filter((reason) => reason === 'it was left at the end')).toHaveLength(6)
  })

  test('a full queue that is left at the end is kept to the last finding', async () => {
    const { write, close, stats, dead } = open({ settings: { maxQueued: '10000' }, options: { send: silent, maxBatch: 100 } })
    for (const one of named(10_000)) write(one)
    await close(3000)
    expect(stats()).toMatchObject({ written: 0, dropped: 10_000, deadLettered: 10_000 })
    expect(dead().map((line) => line.finding.output)).toEqual(named(10_000).map((one) => one.output))
  })

  test('memory is bounded by bytes, too', async () => {
    const options: Partial<DeliveryOptions> = { send: silent, limits: { maxQueuedBytes: 1_000_000 } }
    const { write, close, stats } = open({ options })
    for (let n = 0; n < 200; n++) write(finding('x'.repeat(50_000)))
    expect(stats().dropped).toBeGreaterThan(180)
    await close(100)
  })

  test('is left after its time, and tried again', async () => {
    let tries = 0
    const send: DeliveryOptions['send'] = async () => {
      tries++
      return tries === 1 ? silent() : SENT
    }
    const { write, close, stats, logged } = open({ options: { send, limits: { attemptMs: 50 } } })
    write(finding('one'))
    await until(() => stats().written === 1)
    await close(1000)
    expect(logged[0]).toContain('it took too long')
  })

  test('a batch is given up after its time, so that others come after it', async () => {
    const send: DeliveryOptions['send'] = async (batch) => (batch[0]?.output === 'f0' ? later('500') : SENT)
    const { write, close, stats, dead } = open({ options: { send, maxBatch: 1, limits: { giveUpMs: 60 } } })
    for (const one of named(2)) write(one)
    await until(() => stats().written === 1)
    await close(1000)
    expect(dead().map((line) => line.finding.output)).toEqual(['f0'])
  })
})

test('when a server is back at the end, what waits is sent after all', async () => {
  const { write, close, stats, calls } = open({
    answers: [later('away')],
    options: { limits: { firstRetryMs: 30_000, maxRetryMs: 30_000 } },
  })
  for (const one of named(3)) write(one)
  await until(() => calls.length === 1)
  await close(1000)
  expect(stats()).toMatchObject({ written: 3, dropped: 0 })
})

describe('the dead-letter file', () => {
  test('is read by its owner alone, and what was not text comes back as it was shown', async () => {
    const { write, close, path, dead } = open({ answers: [refused('no', { perFinding: false })] })
    write(finding('a\udc80b\u202e\n'))
    await close(1000)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    expect(dead()[0]?.finding.output).toBe('a\\x80b\u202e\n')
    expect(readFileSync(path, 'utf8')).not.toContain('\u202e')
  })

  test('rotates, and both files together stay below their bound', async () => {
    const send: DeliveryOptions['send'] = async () => refused('no', { perFinding: false })
    const { write, close, path, room } = open({ settings: { deadLetterMax: '40k' }, options: { send } })
    for (const one of named(200)) {
      write(one)
      await room?.()
    }
    await close(2000)
    const sizes = readdirSync(join(path, '..')).map((name) => statSync(join(path, '..', name)).size)
    expect(sizes).toHaveLength(2)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(40_960)
  })

  test('a full disk costs what should have been kept, is said once, and stops nothing', async () => {
    const answers = [refused('no', { perFinding: false })]
    const { write, close, logged, stats, sent } = open({ answers, settings: { deadLetter: '/dev/full' } })
    for (const one of named(8)) write(one)
    await until(() => sent.length === 4)
    await close(300)
    expect(stats()).toEqual({ written: 4, dropped: 4, deadLettered: 0, leftOut: 0 })
    expect(logged.filter((line) => line.includes('ENOSPC'))).toHaveLength(1)
  })

  test('one whose folder cannot be made is refused at start; none is asked for with none', async () => {
    expect(() => open({ settings: { deadLetter: '/dev/null/x/y' } })).toThrow(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }))
    const { write, close, stats } = open({ settings: { deadLetter: 'none' }, answers: [refused('no', { perFinding: false })] })
    write(finding('one'))
    await close(1000)
    expect(stats()).toMatchObject({ dropped: 1, deadLettered: 0 })
  })
})

describe('which findings', () => {
  const MIXED = [
    finding('a', { priority: 'critical', rule: 'Shell in a container', tags: ['shell'] }),
    finding('b', { priority: 'notice', rule: 'Shell by a web server', tags: ['shell', 'web'] }),
    finding('c', { priority: 'warning', rule: 'Read of a password file', tags: ['credential_access'] }),
  ]
  const CASES: readonly [sentence: string, settings: Record<string, string>, wanted: string][] = [
    ['all', {}, 'abc'],
    ['warning and more urgent', { minPriority: 'warning' }, 'ac'],
    ['rules by name, whatever their case', { rules: 'shell in a container' }, 'a'],
    ['rules by pattern', { rules: 'Shell*' }, 'ab'],
    ['one of several patterns', { rules: '*container,*password*' }, 'ac'],
    ['a star may stand for nothing, but ends do not overlap', { rules: 'Read of*a*file,Shell in a contain*tainer' }, 'c'],
    ['a dot is a dot', { rules: 'Shell.*' }, ''],
    ['one of several tags', { tags: 'web, credential_access' }, 'bc'],
    ['all conditions at once', { tags: 'shell', minPriority: 'error' }, 'a'],
  ]

  test.each(CASES)('%s', async (_, settings, wanted) => {
    const { write, close, sent, stats } = open({ settings })
    for (const one of MIXED) write(one)
    await close(1000)
    expect(sent.join('')).toBe(wanted)
    expect(stats()).toMatchObject({ written: wanted.length, dropped: 0 })
  })

  test('no more in a minute than allowed, the last quarter for the urgent, and one line for the rest', async () => {
    const { write, close, sent, stats } = open({ settings: { maxPerMinute: '8' } })
    for (const one of named(20)) write(one)
    for (let n = 0; n < 5; n++) write(finding(`urgent${n}`, { priority: 'critical', rule: 'Other' }))
    await close(1000)
    expect(sent.slice(0, 8)).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'urgent0', 'urgent1'])
    expect(sent.slice(8)).toEqual([expect.stringMatching(/^17 more findings of 2 rules within a minute/)])
    expect(stats()).toMatchObject({ written: 9, dropped: 0, leftOut: 17 })
  })
})
