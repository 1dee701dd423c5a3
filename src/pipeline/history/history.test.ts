import { expect, test } from 'vitest'
import { createEnricher, type Enricher } from '../../enrich/enrich.ts'
import type { HostReader } from '../../enrich/host-reader.ts'
import { sampleHost } from '../../enrich/sample-host.ts'
import type { RecordValues } from '../../events/encode.ts'
import type { HeaderRecord } from '../../events/records.gen.ts'
import { sampleRecord } from '../../events/sample-event.ts'
import type { HistoryEvent } from '../../findings/history-event.ts'
import type { ProcessExit, ProcessRecord } from '../../findings/process-record.ts'
import { createHistory } from './history.ts'

const S = 1e9
const BOOT_S = 1_700_000_000
const NAMESPACES = { pidNs: 100, mntNs: 200, userNs: 300, netNs: 400, cgroupId: 1, loginuid: 0xffff_ffff }

type Told = { process: ProcessRecord } | { exit: ProcessExit } | { event: HistoryEvent } | { gap: number; timeNs: number }

/** A host with systemd, an sshd that it started, and a shell of that; nobody has done anything yet. */
function host(maxPerSecond = 1000, given: Partial<HostReader> = {}) {
  const enricher: Enricher = createEnricher({
    host: sampleHost({ pids: () => new Set(), ...given }),
    bootTimeNs: BOOT_S * S,
    bootId: 'b00710ad-0000',
  })
  const running = [
    { pid: 1, ppid: 0, startNs: 1, comm: 'systemd', exe: '/usr/lib/systemd/systemd' },
    { pid: 10, ppid: 1, parentStartNs: 1, startNs: 10 * S, comm: 'sshd', exe: '/usr/sbin/sshd' },
    { pid: 20, ppid: 10, parentStartNs: 10 * S, startNs: 20 * S, comm: 'bash', exe: '/usr/bin/bash' },
  ]
  enricher.observeSnapshot(
    running.map((one) => sampleRecord('process.snapshot', { ...NAMESPACES, tid: one.pid, vpid: one.pid, timeNs: 30 * S, ...one })),
  )
  const told: Told[] = []
  const history = createHistory({ hostname: 'web-1', maxPerSecond, write: (line) => void told.push(JSON.parse(`{${line}`)) })
  const see = (record: HeaderRecord, wanted = true): void => history.onEvent(enricher.enrich(record), wanted)
  return { told, history, see, enricher }
}

const shell = (timeNs: number, more: RecordValues = {}): RecordValues => ({
  ...{ ...NAMESPACES, pid: 20, tid: 20, vpid: 20, ppid: 10, parentStartNs: 10 * S, startNs: 20 * S, comm: 'bash', timeNs, flags: 4 },
  ...more,
})
const open = (timeNs: number, more: RecordValues = {}) => sampleRecord('file.open', { ...shell(timeNs, more), path: '/etc/hosts' })

/** Each line in a word or two. */
const words = (told: readonly Told[]): string[] =>
  told.map((one) => {
    if ('process' in one) return `process ${one.process.name} ${one.process.uid}`
    if ('exit' in one) return `exit ${one.exit.processKey}`
    return 'gap' in one ? `gap ${one.gap}` : `${one.event.kind} of ${one.event.processId?.replace(/.*#/, '#')}`
  })

test('forebears are told first, the eldest before all, and each once', () => {
  const { told, see } = host()
  see(open(40 * S))
  see(open(41 * S))
  expect(words(told)).toEqual(['process systemd 0', 'process sshd 0', 'process bash 0', 'file.open of #20000', 'file.open of #20000'])
  expect(told.flatMap((one) => ('process' in one ? [[one.process.processKey, one.process.parentKey]] : []))).toEqual([
    ['1@1', undefined],
    ['10@10000000000', '1@1'],
    ['20@20000000000', '10@10000000000'],
  ])
})

test('a new program, other rights and another name are new states; threads of two users take turns in two', () => {
  const { told, see } = host()
  see(open(40 * S))
  told.length = 0
  see(sampleRecord('process.exec', { ...shell(41 * S, { comm: 'curl' }), exe: '/usr/bin/curl', argv: 'curl\0-s\0', execCount: 2 }))
  see(open(42 * S, { comm: 'curl', uid: 1000, euid: 1000 }))
  for (const second of [43, 44, 45]) for (const euid of [0, 1000]) see(open(second * S, { comm: 'curl', uid: 1000, euid, tid: 21 }))
  see(open(50 * S, { comm: 'renamed', uid: 1000, euid: 1000 }))
  expect(words(told)).toEqual([
    ...['process curl 0', 'process.exec of #21000', 'process curl 1000', 'file.open of #22000', 'process curl 0', 'file.open of #23000'],
    ...['file.open of #22000', 'file.open of #23000', 'file.open of #22000', 'file.open of #23000', 'file.open of #22000'],
    ...['process renamed 1000', 'file.open of #30000'],
  ])
  const states = told.flatMap((one) => ('process' in one ? [one.process] : []))
  expect(states.map(({ id }) => id)).toEqual([...new Set(states.map(({ id }) => id))])
  expect(states[0]).toMatchObject({
    exePath: '/usr/bin/curl',
    cmdline: 'curl -s',
    fields: { 'proc.args': '-s', 'proc.aname': ['sshd', 'systemd'] },
  })
})

test('what an ancestor runs now is a new state of its descendants', () => {
  const { told, see } = host()
  see(open(40 * S))
  const sshd = { pid: 10, tid: 10, vpid: 10, ppid: 1, parentStartNs: 1, startNs: 10 * S, comm: 'evil' }
  see(sampleRecord('process.exec', { ...shell(40.01 * S, sshd), exe: '/tmp/evil', argv: 'evil\0', execCount: 2 }))
  told.length = 0
  see(open(40.02 * S))
  expect(told[0]).toMatchObject({ process: { name: 'bash', fields: { 'proc.aexepath': ['/tmp/evil', '/usr/lib/systemd/systemd'] } } })
})

test('what is found out later, such as the name of a user, is a new state as soon as it is looked at again', () => {
  const answers: (() => void)[] = []
  const files = { version: '1', passwd: 'ana:x:1000:1000::/home/ana:/bin/sh', group: '', uidMap: '', gidMap: '' }
  const { told, see } = host(1000, { accounts: (_pid, _mntNs, done) => void answers.push(() => done(files)) })
  const rights = { uid: 1000, euid: 1000 }
  see(open(40 * S, rights))
  for (const answer of answers) answer()
  told.length = 0
  see(open(40 * S + 1000, rights))
  see(open(40.5 * S, rights))
  expect(words(told)).toEqual(['file.open of #20000', 'process bash 1000', 'file.open of #20500'])
  expect(told[1]).toMatchObject({ process: { user: 'ana', fields: { 'user.name': 'ana', 'user.homedir': '/home/ana' } } })
})

test('events that no rule looks at keep processes up to date and are not told, but programs that are run', () => {
  const { told, see } = host()
  see(open(40 * S), false)
  see(sampleRecord('process.exit', shell(41 * S)), false)
  expect(told).toEqual([])
  see(sampleRecord('process.exec', { ...shell(42 * S), exe: '/usr/bin/curl', argv: 'curl\0', execCount: 2 }), false)
  expect(words(told).at(-1)).toBe('process.exec of #22000')
})

test('the end of a process is told once, with its last event or without one', () => {
  const { told, see, history, enricher } = host()
  see(open(40 * S))
  told.length = 0
  see(sampleRecord('process.exit', shell(41 * S)), false)
  enricher.sweep(100 * S) // no pid is there any more
  history.sweep((BOOT_S + 100) * S)
  history.sweep((BOOT_S + 101) * S)
  expect(words(told)).toEqual(['exit 20@20000000000', 'exit 1@1', 'exit 10@10000000000'])
  expect(told[0]).toMatchObject({ exit: { hostname: 'web-1', timeNs: (BOOT_S + 41) * S } })
})

test('what is more than allowed in a second is left out, counted, and told as a gap', () => {
  const { told, see, history } = host(5)
  for (let turn = 0; turn < 10; turn++) see(open(40 * S + turn))
  expect(words(told)).toHaveLength(5)
  see(open(41 * S))
  expect(words(told).slice(5)).toEqual(['gap 8', 'file.open of #20000'])
  expect(history.stats()).toEqual({ events: 3, states: 3, left: 8 })
})

test('processes that have done nothing are told when asked, and what they do later as their own', () => {
  const { told, history, enricher, see } = host()
  const { host: view } = enricher.enrich(open(40 * S))
  history.tellProcesses([20, 99, 1], view, (BOOT_S + 40) * S)
  expect(words(told)).toEqual(['process systemd 0', 'process sshd 0', 'process bash 0'])
  see(open(41 * S))
  expect(words(told).slice(3)).toEqual(['process bash 0', 'file.open of #21000'])
})

test('what was lost on the way is told anew: states before the next event, ends as they come', () => {
  const { told, see, history } = host()
  see(open(40 * S))
  history.forget()
  told.length = 0
  see(
    sampleRecord('process.exit', {
      ...shell(41 * S, { comm: 'sshd' }),
      pid: 10,
      tid: 10,
      vpid: 10,
      ppid: 1,
      parentStartNs: 1,
      startNs: 10 * S,
    }),
    false,
  )
  expect(words(told)).toEqual(['exit 10@10000000000'])
  see(open(42 * S))
  expect(words(told).slice(1)).toEqual([
    'process systemd 0',
    'process sshd 0',
    'exit 10@10000000000',
    'process bash 0',
    'file.open of #22000',
  ])
})

test('the state of a process fits into a line, however long the arguments of its forebears are', () => {
  const { told, see } = host()
  const argv = `x\0${'\x01'.repeat(16_000)}\0`
  for (let depth = 0; depth < 40; depth++) {
    const who = { pid: 100 + depth, tid: 100 + depth, vpid: 100 + depth, startNs: (31 + depth) * S }
    const above = depth === 0 ? { ppid: 20, parentStartNs: 20 * S } : { ppid: 99 + depth, parentStartNs: (30 + depth) * S }
    see(sampleRecord('process.exec', { ...shell((31 + depth) * S, { ...who, ...above }), exe: '/bin/x', argv, execCount: 2 }))
  }
  const longest = Math.max(...told.map((one) => JSON.stringify(one).length))
  expect(words(told).filter((word) => word === 'process bash 0').length).toBeGreaterThanOrEqual(40)
  expect(longest).toBeLessThan(1_000_000)
})

test('names and arguments of any bytes come through as they were', () => {
  const { told, see } = host()
  const path = Buffer.from('/tmp/"\\\n\x1b]0;\xff', 'latin1')
  see(sampleRecord('file.open', { ...shell(40 * S), path, rawPath: path }))
  const last = told.at(-1)
  expect(last && 'event' in last && last.event.fields['fd.name']).toBe('/tmp/"\\\n\x1b]0;\udcff')
})
