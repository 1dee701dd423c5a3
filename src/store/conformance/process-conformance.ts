import { describe, expect, test } from 'vitest'
import type { ProcessRecord } from '../../findings/process-record.ts'
import type { ProcessQuery } from '../state-store.ts'
import type { Store } from '../store.ts'
import { allPages } from './all-pages.ts'
import { type Engine, sharedStore, withStore } from './engine.ts'
import { at, findingOf, recordOf } from './samples.ts'

/** nginx (10) starts sh (20), which starts curl (30) and sleep (31); curl starts cat (40). cron (50) is apart, web-2 another host. */
const RECORDS = [
  recordOf({ processKey: '10@1', seconds: 0, name: 'nginx', cmdline: 'nginx -g DÄMON' }),
  recordOf({ processKey: '20@2', parentKey: '10@1', seconds: 10, name: 'sh', containerId: 'c0ffee' }),
  recordOf({ processKey: '30@3', parentKey: '20@2', seconds: 20, name: 'curl', cmdline: 'curl 100%_x', containerId: 'c0ffee' }),
  recordOf({ processKey: '31@4', parentKey: '20@2', seconds: 21, name: 'sleep' }),
  recordOf({ processKey: '40@5', parentKey: '30@3', seconds: 30, name: 'cat' }),
  recordOf({ processKey: '50@6', seconds: 40, name: 'cron', parentKey: '1@0' }),
  recordOf({ processKey: '20@2', seconds: 50, name: 'other', hostname: 'web-2' }),
]
const EXITS = [
  { processKey: '30@3', hostname: 'web-1', timeNs: at(35) },
  { processKey: '31@4', hostname: 'web-1', timeNs: at(22) },
]

const QUERIES: readonly [sentence: string, query: ProcessQuery, names: string][] = [
  ['the latest started first', {}, 'other cron cat sleep curl sh nginx'],
  ['of a host', { hostname: 'web-2' }, 'other'],
  ['of a container', { containerId: 'c0ffee' }, 'curl sh'],
  ['only those that run', { alive: true }, 'other cron cat sh nginx'],
  ['those that lived at some time in the range', { range: { fromNs: at(25), toNs: at(40) } }, 'cat curl sh nginx'],
  ['text in the command line, whatever its case', { text: 'Dämon' }, 'nginx'],
  ['signs of patterns mean themselves', { text: '0%_X' }, 'curl'],
  ['all at once', { hostname: 'web-1', alive: false, text: 'c', range: { fromNs: at(20), toNs: at(30) } }, 'curl'],
]

export function processConformance(engine: Engine): void {
  describe('processes', () => {
    const store = sharedStore(engine, ({ state }) => {
      state.processes.write(RECORDS, EXITS)
      const findings = ['1', '2'].map((id) => ({ finding: findingOf({ id, processKey: '20@2' }), incidentId: undefined }))
      state.writeFindings({ spool: 's', seq: 1, findings, incidents: [] })
    })

    test.each(QUERIES)('%s', async (_, query, names) => {
      const listed = store().state.processes.list(query, { limit: 100, cursor: undefined })
      expect(listed.items.map(({ name }) => name).join(' ')).toBe(names)
      const paged = await allPages(2, (page) => store().state.processes.list(query, page))
      expect(paged.map(({ name }) => name).join(' ')).toBe(names)
    })

    test('one is given with its end, its children and its findings, which belong to its host', () => {
      expect(store().state.processes.get('web-1', '20@2')).toEqual({ ...RECORDS[1], exitNs: undefined, children: 2, findings: 2 })
      expect(store().state.processes.get('web-2', '20@2')).toEqual({ ...RECORDS[6], exitNs: undefined, children: 0, findings: 0 })
      expect(store().state.processes.get('web-1', '30@3')).toMatchObject({ exitNs: at(35), children: 1 })
      expect(store().state.processes.get('web-3', '20@2')).toBeUndefined()
    })

    test.each(TREES)('the tree of %s, at most %d: %s', (key, limit, names, truncated) => {
      const tree = store().state.processes.tree('web-1', key, limit)
      expect([tree.processes.map(({ name }) => name).join(' '), tree.truncated]).toEqual([names, truncated])
    })
  })

  describe('what is told about processes', () => {
    test.each(TOLD)('%s', (_, check) => withStore(engine, check))
  })
}

const TREES: readonly [key: string, limit: number, names: string, truncated: boolean][] = [
  ['20@2', 10, 'sh nginx curl sleep cat', false],
  ['20@2', 5, 'sh nginx curl sleep cat', false],
  ['20@2', 4, 'sh nginx curl sleep', true],
  ['20@2', 2, 'sh nginx', true],
  ['40@5', 10, 'cat curl sh nginx', false],
  ['10@1', 3, 'nginx sh curl', true],
  ['50@6', 10, 'cron', false],
  ['50@6', 0, '', false],
  ['99@9', 10, '', false],
]

const state = (number: number, facts: Partial<ProcessRecord>): ProcessRecord =>
  recordOf({ id: `1234@81000000000#${number}`, timeNs: at(number), ...facts })

const TOLD: readonly [sentence: string, check: (store: Store) => unknown][] = [
  [
    'a process is as its last state says, also when that came before another',
    ({ state: { processes } }) => {
      processes.write([state(0, { name: 'bash' }), state(2, { name: 'ls' }), state(1, { name: 'sudo' })], [])
      expect(processes.get('web-1', '1234@81000000000')?.name).toBe('ls')
      expect(processes.states('web-1', '1234@81000000000').map(({ name }) => name)).toEqual(['bash', 'sudo', 'ls'])
      expect(processes.state('web-1', '1234@81000000000#1')?.name).toBe('sudo')
      expect(processes.state('web-2', '1234@81000000000#1')).toBeUndefined()
    },
  ],
  [
    'the tenth state comes after the ninth',
    ({ state: { processes } }) => {
      processes.write([state(9, { name: 'nine' }), state(10, { name: 'ten' })], [])
      expect(processes.states('web-1', '1234@81000000000').map(({ name }) => name)).toEqual(['nine', 'ten'])
    },
  ],
  [
    'to be told all of it twice changes nothing',
    ({ state: { processes } }) => {
      for (let times = 0; times < 2; times++) processes.write(RECORDS, EXITS)
      expect(processes.list({}, { limit: 100, cursor: undefined }).items).toHaveLength(RECORDS.length)
      expect(processes.get('web-1', '31@4')?.exitNs).toBe(at(22))
    },
  ],
  [
    'the first end stands, and one of a process that is not known is passed over',
    ({ state: { processes } }) => {
      const exit = { processKey: '20@2', hostname: 'web-1', timeNs: at(60) }
      processes.write(RECORDS, [exit, { ...exit, timeNs: at(70) }, { ...exit, processKey: '7@7' }])
      expect(processes.get('web-1', '20@2')?.exitNs).toBe(at(60))
    },
  ],
  [
    'when its number is given to another, a process has ended',
    ({ state: { processes } }) => {
      processes.write([recordOf({ processKey: '20@2', seconds: 1 }), recordOf({ processKey: '20@2', seconds: 1, hostname: 'web-2' })], [])
      processes.write([recordOf({ processKey: '20@900', seconds: 90 })], [])
      expect(processes.get('web-1', '20@2')?.exitNs).toBe(at(90))
      expect(processes.get('web-2', '20@2')?.exitNs).toBeUndefined()
      expect(processes.get('web-1', '20@900')?.exitNs).toBeUndefined()
    },
  ],
  [
    'when the first process of a host is a new one, all before it have ended',
    ({ state: { processes } }) => {
      processes.write([recordOf({ processKey: '1@1', seconds: 0 }), recordOf({ processKey: '20@2', seconds: 1 })], [])
      processes.write([recordOf({ processKey: '1@5', seconds: 50 }), recordOf({ processKey: '30@9', seconds: 51 })], [])
      const alive = processes.list({ alive: true }, { limit: 10, cursor: undefined }).items
      expect(alive.map(({ processKey }) => processKey)).toEqual(['30@9', '1@5'])
    },
  ],
  [
    'processes that are said to be each other’s parents end the tree',
    ({ state: { processes } }) => {
      processes.write(
        [recordOf({ processKey: '5@5', parentKey: '6@6' }), recordOf({ processKey: '6@6', parentKey: '5@5', seconds: 1 })],
        [],
      )
      expect(processes.tree('web-1', '5@5', 100)).toMatchObject({ processes: [{ pid: 5 }, { pid: 6 }], truncated: false })
    },
  ],
  [
    'hostile names are given back as they were',
    ({ state: { processes } }) => {
      const hostile = recordOf({ name: "'; --", cmdline: '<img src=x>\u0000\udcff\u202e', fields: { 'proc.cmdline': '\ud800' } })
      processes.write([hostile], [])
      expect(processes.states('web-1', hostile.processKey)).toEqual([hostile])
      expect(processes.list({ text: '<IMG' }, { limit: 1, cursor: undefined }).items).toHaveLength(1)
    },
  ],
]
