import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { UsageFacts } from './host-reader.ts'
import { createLiveHost } from './live-host.ts'
import { parseOpenFilesLimit, parseStatusUsage, parseThreadStat } from './proc-usage.ts'
import { sampleHost, sampleUsage } from './sample-host.ts'
import { CURL, execOf, exitOf, openOf, read, S, station, withShellAndCurl } from './sample-station.ts'
import { createUsages } from './usages.ts'

const thread = (userTicks: number, systemTicks: number, startTicks = 2000) => ({
  thread: { startTicks, minorFaults: 1, majorFaults: 0, userTicks, systemTicks },
})

/** Gives the answers one after the other, and counts. */
function asking(answers: readonly (UsageFacts | undefined)[], readsPerSecond?: number) {
  let count = 0
  const usages = createUsages(sampleHost({ usage: () => answers[Math.min(count++, answers.length - 1)] }), readsPerSecond)
  return { usages, count: () => count }
}

describe('what a process uses', () => {
  test('is read at most once a second', () => {
    const { usages, count } = asking([sampleUsage(), sampleUsage({ openFiles: 4 })])
    const answers = [30 * S, 30.9 * S, 31 * S, 31.5 * S].map((timeNs) => usages.of(20, 20 * S, 20, timeNs)?.openFiles)
    expect([answers, count()]).toEqual([[3, 3, 4, 4], 2])
  })

  test('is read only so often for all processes together; what is refused is counted', () => {
    const { usages, count } = asking([sampleUsage()], 2)
    const answers = [1, 2, 3].map((pid) => usages.of(pid, 20 * S, pid, 30 * S)?.openFiles)
    expect([answers, count(), usages.refused()]).toEqual([[3, 3, undefined], 2, 1])
    expect(usages.of(3, 20 * S, 3, 31 * S)?.openFiles).toBe(3)
  })

  test.each([
    ['is gone', undefined],
    ['is another that has the pid now', sampleUsage({ startTicks: 2100 })],
  ])('is nothing, and not asked again at once, when it %s', (_, answer) => {
    const { usages, count } = asking([answer])
    expect([usages.of(20, 20 * S, 20, 30 * S), usages.of(20, 20 * S, 20, 30.1 * S), count()]).toEqual([undefined, undefined, 1])
  })

  test.each<[string, UsageFacts[], number[], [number, number]]>([
    ['since the thread began', [sampleUsage(thread(100, 50))], [30], [10, 5]],
    ['since it was last asked', [sampleUsage(thread(100, 50)), sampleUsage(thread(200, 50))], [30, 32], [50, 0]],
    ['over one second at least', [sampleUsage(thread(4, 0))], [20.01], [4, 0]],
    ['no more than one CPU', [sampleUsage(thread(0, 0)), sampleUsage(thread(900, 0))], [30, 31], [100, 0]],
    [
      'of another thread with that id from its own start',
      [sampleUsage(thread(900, 0)), sampleUsage(thread(50, 0, 3050))],
      [30, 31.5],
      [50, 0],
    ],
  ])('the share of a CPU is %s', (_, answers, seconds, expected) => {
    const { usages } = asking(answers)
    const last = seconds.map((second) => usages.of(20, 20 * S, 20, second * S)).at(-1)?.thread
    expect([last?.cpuUser, last?.cpuSystem]).toEqual(expected)
  })

  test('without its thread still has what is of the process', () => {
    const { usages } = asking([sampleUsage({ thread: null })])
    expect(usages.of(20, 20 * S, 20, 30 * S)).toMatchObject({ openFiles: 3, thread: undefined })
  })
})

describe('events', () => {
  test('read it from the host only when a field asks, and never of a process that has ended', () => {
    const asked: number[][] = []
    const usage = (pid: number, tid: number) => {
      asked.push([pid, tid])
      return sampleUsage()
    }
    const enricher = station({ usage })
    withShellAndCurl(enricher)
    const event = enricher.enrich(openOf(CURL, 22 * S, { tid: 21 }))
    expect(asked).toEqual([])
    expect([read(event, 'proc.fdopencount'), read(event, 'thread.vmsize'), asked]).toEqual([3, 0, [[20, 21]]])
    expect(read(enricher.enrich(exitOf(CURL, 40 * S)), 'proc.fdopencount')).toBeUndefined()
    expect(asked.length).toBe(1)
  })

  test('tell how long after the first they are', () => {
    const enricher = station()
    const [first, second] = [21 * S, 23.5 * S].map((timeNs) => enricher.enrich(openOf(CURL, timeNs)))
    expect([first, second].map((event) => event && read(event, 'evt.reltime'))).toEqual([0, 2.5 * S])
  })

  test('tell what the standard streams are since the last exec', () => {
    const enricher = station()
    const event = enricher.enrich(execOf(CURL, 21 * S, '/usr/bin/curl', 'curl\0', { stdin: 5, stdout: 1, stderr: 7 }))
    expect(['stdin', 'stdout', 'stderr'].map((stream) => read(event, `proc.${stream}.type`))).toEqual(['ipv4', 'file', 'ipv6'])
  })
})

describe('the host itself', () => {
  const host = createLiveHost()

  test('tells of this process and its main thread', () => {
    const usage = host.usage(process.pid, process.pid)
    expect(usage?.startTicks).toBe(host.process(process.pid)?.startTicks)
    expect(usage?.vmRssKb).toBeGreaterThan(10_000)
    expect(usage?.threads).toBeGreaterThan(2)
    expect(usage?.openFiles).toBeGreaterThan(2)
    expect(usage?.thread?.startTicks).toBe(usage?.startTicks)
    expect((usage?.thread?.userTicks ?? 0) + (usage?.thread?.minorFaults ?? 0)).toBeGreaterThan(0)
  })

  test('says nothing of a process that is gone, and of a thread that is not its own', async () => {
    const child = spawn('true')
    await new Promise((done) => child.once('close', done))
    expect(host.usage(child.pid ?? 0, child.pid ?? 0)).toBeUndefined()
    expect(host.usage(process.pid, 2 ** 22 + 1)?.thread).toBeNull()
  })
})

describe('the files of /proc', () => {
  test('stat has faults and times, whatever the name', () => {
    const text = '1 (a) 7 (b) S 2 3 4 0 5 0 100 0 7 0 31 32 0 0 20 0 4 0 777 0'
    expect(parseThreadStat(text)).toEqual({ startTicks: 777, minorFaults: 100, majorFaults: 7, userTicks: 31, systemTicks: 32 })
    expect(parseThreadStat('1 (a')).toBeUndefined()
  })

  test('status has threads and memory; a kernel thread has none', () => {
    const text = 'Name:\tVmRSS:\nVmSize:\t    3760 kB\nVmRSS:\t    2080 kB\nVmSwap:\t       4 kB\nThreads:\t3\n'
    expect(parseStatusUsage(text)).toEqual({ threads: 3, vmSizeKb: 3760, vmRssKb: 2080, vmSwapKb: 4 })
    expect(parseStatusUsage('Name:\tkworker\nThreads:\t1\n')).toEqual({ threads: 1, vmSizeKb: 0, vmRssKb: 0, vmSwapKb: 0 })
    expect(parseStatusUsage('')).toBeUndefined()
  })

  test.each([
    ['Max open files            1024                 4096                 files     \n', 1024],
    ['Max open files            unlimited            unlimited            files     \n', -1],
    ['', -1],
  ])('limits %j', (text, expected) => {
    expect(parseOpenFilesLimit(text)).toBe(expected)
  })
})
