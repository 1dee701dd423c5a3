import { describe, expect, test } from 'vitest'
import { sampleRecord } from '../events/sample-event.ts'
import { createEnricher } from './enrich.ts'
import { sampleFacts, sampleHost } from './sample-host.ts'
import {
  CURL,
  execOf,
  exitOf,
  forkOf,
  HOST,
  header,
  openOf,
  read,
  S,
  SHELL,
  SYSTEMD,
  station,
  type Who,
  withShellAndCurl,
} from './sample-station.ts'

describe('lineage', () => {
  test('each event has its process with ancestors, names, arguments and times', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    const event = enricher.enrich(openOf(CURL, 22 * S))
    expect([event.id, event.timeNs, event.type, event.kind, event.number]).toEqual([
      'b00710ad-0-0',
      1_700_000_022 * S,
      'open',
      'file.open',
      4,
    ])
    expect(read(event, 'proc.lineage')).toBe('systemd → bash → curl')
    expect(read(event, 'proc.cmdline')).toBe('curl -s a b')
    expect(read(event, 'proc.args', 1)).toBe('a b')
    expect(read(event, 'proc.env', 'A')).toBe('1')
    expect(read(event, 'proc.duration')).toBe(2 * S)
    expect(read(event, 'proc.exec.duration')).toBe(1 * S)
    expect(event.process?.execs.map(({ exePath, timeNs }) => [exePath, timeNs])).toEqual([
      ['/usr/bin/bash', 0],
      ['/usr/bin/curl', 21 * S],
    ])
  })

  test('the event of an exec already speaks of the new program', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    const event = enricher.enrich(execOf({ ...CURL, comm: 'sh' }, 22 * S, '/bin/sh', 'sh\0-c\0id\0'))
    expect(read(event, 'proc.exepath')).toBe('/bin/sh')
    expect(read(event, 'proc.cmdline')).toBe('sh -c id')
  })

  test('a child before its exec is what its parent was', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    enricher.enrich(forkOf(CURL, 30, 30 * S))
    const { process } = enricher.enrich(openOf({ pid: 30, startNs: 30 * S, ppid: 20, comm: 'curl' }, 31 * S))
    expect(process).toMatchObject({ exePath: '/usr/bin/curl', cmdline: 'curl -s a b', execTimeNs: 0, vsid: 7 })
    expect(process?.execs).toHaveLength(1)
  })

  test('it outlives the parent and the grandparent', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    enricher.enrich(exitOf(SHELL, 22 * S))
    const event = enricher.enrich(openOf({ ...CURL, ppid: 1 }, 23 * S))
    expect(read(event, 'proc.pname')).toBe('bash')
    expect(read(event, 'proc.reaper_pid')).toBe(1)
    expect(event.process?.parent?.exitNs).toBe(22 * S)
  })

  test('a clone for the sake of the parent gives the child the same parent', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    enricher.enrich(forkOf(CURL, 30, 30 * S, { cloneFlags: 0x8000 }))
    expect(enricher.process(30, 30 * S)?.parent?.comm).toBe('bash')
  })

  test('a process that renames itself has the new name at once; its arguments stay', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    const event = enricher.enrich(openOf({ ...CURL, comm: 'kworker/0:1' }, 22 * S))
    expect(read(event, 'proc.name')).toBe('kworker/0:1')
    expect(read(event, 'proc.cmdline')).toBe('kworker/0:1 -s a b')
  })

  test('a first thread called MainThread says nothing of the program: the process keeps its name, and so do its children', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    const event = enricher.enrich(openOf({ ...CURL, comm: 'MainThread' }, 22 * S))
    expect(['proc.name', 'proc.cmdline', 'thread.name'].map((field) => read(event, field))).toEqual(['curl', 'curl -s a b', 'MainThread'])
    enricher.enrich(forkOf({ ...CURL, comm: 'MainThread' }, 30, 30 * S))
    const child = enricher.enrich(openOf({ pid: 30, startNs: 30 * S, ppid: 20, comm: 'MainThread' }, 31 * S))
    expect([read(child, 'proc.name'), read(child, 'proc.pname')]).toEqual(['curl', 'curl'])
    const renamed = enricher.enrich(openOf({ ...CURL, comm: 'other' }, 32 * S))
    expect(read(renamed, 'proc.name')).toBe('other')
  })

  test('of one that ran before, the program file has the name', () => {
    const enricher = station()
    const who = { ...CURL, ppid: 1, comm: 'MainThread' }
    const exe = '/opt/a-program-of-a-long-name'
    enricher.observeSnapshot([sampleRecord('process.snapshot', { ...header(who, 20 * S), exe })])
    expect(read(enricher.enrich(openOf(who, 22 * S)), 'proc.name')).toBe('a-program-of-a-')
  })

  test('a thread of another name leaves the name of its process', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    const event = enricher.enrich(sampleRecord('file.open', { ...header({ ...CURL, comm: 'worker' }, 22 * S), tid: 21 }))
    expect(read(event, 'proc.name')).toBe('curl')
    expect(read(event, 'thread.name')).toBe('worker')
  })

  test('the last eight programs are remembered', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    for (let turn = 0; turn < 20; turn++) enricher.enrich(execOf(CURL, (22 + turn) * S, `/bin/${turn}`, 'x\0'))
    expect(enricher.process(20, 20 * S)?.execs.map(({ exePath }) => exePath)).toEqual(
      [12, 13, 14, 15, 16, 17, 18, 19].map((turn) => `/bin/${turn}`),
    )
  })

  test('a chain of processes that each fork and end keeps a bounded number of ancestors', () => {
    const enricher = station()
    let parent: Who = SHELL
    enricher.enrich(forkOf(SYSTEMD, 10, 10 * S))
    for (let turn = 1; turn < 1000; turn++) {
      const child: Who = { pid: 10 + turn, startNs: (10 + turn) * S, ppid: parent.pid }
      enricher.enrich(forkOf(parent, child.pid, child.startNs))
      enricher.enrich(exitOf(parent, child.startNs + 1))
      parent = child
    }
    let depth = 0
    for (let at = enricher.process(parent.pid, 0)?.parent; at !== undefined; at = at.parent) depth++
    expect(depth).toBeLessThanOrEqual(65)
    expect(depth).toBeGreaterThan(60)
  })
})

describe('a pid used again', () => {
  test('is another process, whether the exit was seen or not', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    const again: Who = { ...CURL, startNs: 500 * S, comm: 'nc' }
    enricher.enrich(forkOf(SHELL, 20, 500 * S))
    const event = enricher.enrich(execOf(again, 501 * S, '/usr/bin/nc', 'nc\0'))
    expect(read(event, 'proc.exepath')).toBe('/usr/bin/nc')
    expect(enricher.process(20, 20 * S)).toMatchObject({ exePath: '/usr/bin/curl', exitNs: 500 * S })
    expect(enricher.process(20, 0)?.startNs).toBe(500 * S)
    expect(enricher.counters().exitsMissed).toBe(1)
  })

  test('a late record goes to the process that ended', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    enricher.enrich(exitOf(CURL, 30 * S))
    enricher.enrich(forkOf(SHELL, 20, 31 * S))
    const event = enricher.enrich(openOf(CURL, 29 * S))
    expect(read(event, 'proc.exepath')).toBe('/usr/bin/curl')
    expect(enricher.process(20, 0)?.startNs).toBe(31 * S)
    expect(enricher.counters().late).toBe(1)
  })

  test('a record older than everything known does not take the place of the living', () => {
    const enricher = station()
    withShellAndCurl(enricher)
    const event = enricher.enrich(openOf({ ...CURL, startNs: 5 * S, comm: 'old' }, 22 * S))
    expect(read(event, 'proc.name')).toBe('old')
    expect(enricher.process(20, 0)?.comm).toBe('curl')
  })
})

describe('what was not seen', () => {
  test('an unknown process is made from its record and /proc, its arguments come later', () => {
    let answer = () => {}
    const enricher = station({
      process: (pid) => (pid === 50 ? sampleFacts({ startTicks: 5000, exePath: '/opt/agent', pgid: 50 }) : undefined),
      arguments: (_, done) => {
        answer = () => done({ startTicks: 5000, cmdline: 'agent\0--all\0\0\0', environ: 'A=1\0' })
      },
    })
    const who: Who = { pid: 50, startNs: 50 * S, comm: 'agent' }
    const before = enricher.enrich(openOf(who, 60 * S))
    expect(read(before, 'proc.exepath')).toBe('/opt/agent')
    expect(read(before, 'proc.pname')).toBe('systemd')
    expect(read(before, 'proc.cmdline')).toBe('agent')
    answer()
    expect(read(enricher.enrich(openOf(who, 61 * S)), 'proc.cmdline')).toBe('agent --all')
    expect(enricher.counters().unknown).toBe(1)
  })

  test('what /proc says of another start is not believed', () => {
    const enricher = station({
      process: () => sampleFacts({ startTicks: 9999, exePath: '/wrong' }),
      arguments: (_, done) => done({ startTicks: 9999, cmdline: 'wrong\0', environ: '' }),
    })
    const event = enricher.enrich(openOf({ pid: 50, startNs: 50 * S, comm: 'agent' }, 60 * S))
    expect(read(event, 'proc.exepath')).toBe('')
    expect(read(event, 'proc.cmdline')).toBe('agent')
  })

  test('unknown parents are read from /proc up to one that is known', () => {
    const parents: Readonly<Record<number, number>> = { 50: 40, 40: 30, 30: 1 }
    const enricher = station({
      process: (pid) =>
        parents[pid] === undefined ? undefined : sampleFacts({ startTicks: pid * 100, ppid: parents[pid], comm: `p${pid}` }),
    })
    const values = { ...header({ pid: 50, startNs: 50 * S, ppid: 40, comm: 'leaf' }, 60 * S), parentStartNs: 40 * S }
    expect(read(enricher.enrich(sampleRecord('file.open', values)), 'proc.lineage')).toBe('systemd → p30 → p40 → leaf')
  })

  test('a flood of unknown processes reads /proc only so often', () => {
    let reads = 0
    const enricher = station({
      process: () => {
        reads++
        return undefined
      },
    })
    for (let pid = 100; pid < 10_100; pid++) enricher.enrich(openOf({ pid, startNs: pid * S }, 11_000 * S))
    expect(reads).toBeLessThanOrEqual(1000)
    expect(enricher.counters().readsSkipped).toBeGreaterThanOrEqual(9000)
  })

  test('a sweep takes for ended what is gone, but nothing that is young', () => {
    const enricher = station({ pids: () => new Set([1, 10]) })
    withShellAndCurl(enricher)
    enricher.sweep(25 * S)
    expect(enricher.counters()).toMatchObject({ processes: 3, exitsMissed: 0 })
    enricher.sweep(60 * S)
    expect(enricher.counters()).toMatchObject({ processes: 2, exited: 1, exitsMissed: 1 })
  })
})

describe('bounds', () => {
  test('ended processes beyond their number are forgotten', () => {
    const enricher = station({}, { exited: 100, ancestors: 64, execs: 8, argvBytes: 1e6, envBytes: 1e6, readsPerSecond: 0 })
    for (let pid = 100; pid < 1100; pid++) {
      enricher.enrich(forkOf(SYSTEMD, pid, pid * S))
      enricher.enrich(exitOf({ pid, startNs: pid * S }, pid * S + 1))
    }
    expect(enricher.counters()).toMatchObject({ processes: 1, exited: 100 })
  })

  test('environments beyond their bound are let go, and that is counted', () => {
    const enricher = station({}, { exited: 100, ancestors: 64, execs: 8, argvBytes: 1e6, envBytes: 50_000, readsPerSecond: 0 })
    for (let pid = 100; pid < 200; pid++) {
      enricher.enrich(forkOf(SYSTEMD, pid, pid * S))
      enricher.enrich(execOf({ pid, startNs: pid * S }, pid * S + 1, '/bin/x', 'x\0', { env: `N=${pid}\0${'x'.repeat(1000)}\0` }))
    }
    expect(enricher.process(199, 0)?.env[0]).toBe('N=199')
    expect(enricher.process(100, 0)?.env).toEqual([])
    expect(enricher.counters().textsDropped).toBeGreaterThan(50)
  })
})

describe('the snapshot', () => {
  test('links children to parents in any order, and finds arguments', () => {
    const enricher = createEnricher({
      ...{ bootTimeNs: 0, bootId: 'x' },
      host: sampleHost({ arguments: (pid, done) => done({ startTicks: pid * 100, cmdline: `p${pid}\0-v\0`, environ: '' }) }),
    })
    const one = (pid: number, ppid: number, parentStartNs: number) =>
      sampleRecord('process.snapshot', {
        ...HOST,
        pid,
        tid: pid,
        vpid: pid,
        ppid,
        parentStartNs,
        startNs: pid * S,
        comm: `p${pid}`,
        exe: '/bin/p',
      })
    enricher.observeSnapshot([one(30, 20, 20 * S), one(20, 1, 1 * S), one(1, 0, 0), one(40, 20, 19 * S)])
    expect(enricher.process(30, 0)).toMatchObject({ cmdline: 'p30 -v', parent: { pid: 20, parent: { pid: 1 } } })
    expect(enricher.process(40, 0)?.parent).toBeUndefined()
  })

  test('reads a parent that it does not show from /proc', () => {
    const enricher = createEnricher({
      ...{ bootTimeNs: 0, bootId: 'x' },
      host: sampleHost({ process: (pid) => (pid === 1 ? sampleFacts({ startTicks: 3, ppid: 0, comm: 'init' }) : undefined) }),
    })
    enricher.observeSnapshot([
      sampleRecord('process.snapshot', { ...HOST, pid: 2, tid: 2, startNs: 3e7, comm: 'kthreadd' }),
      sampleRecord('process.snapshot', {
        ...HOST,
        pid: 9,
        tid: 9,
        ppid: 1,
        parentStartNs: 3e7,
        startNs: 9 * S,
        comm: 'sshd',
        exe: '/usr/sbin/sshd',
      }),
    ])
    expect(enricher.process(9, 0)?.parent).toMatchObject({ pid: 1, comm: 'init', mntNs: 200 })
  })

  test('the fork of a process that it already knew changes nothing but a missing parent', () => {
    const enricher = station()
    enricher.observeSnapshot([
      sampleRecord('process.snapshot', { ...HOST, pid: 20, tid: 20, startNs: 20 * S, ppid: 10, comm: 'curl', exe: '/usr/bin/curl' }),
    ])
    enricher.enrich(forkOf(SYSTEMD, 20, 20 * S))
    expect(enricher.process(20, 0)).toMatchObject({ exePath: '/usr/bin/curl', parent: { pid: 1 } })
  })
})
