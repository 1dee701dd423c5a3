import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { HistoryColumn, HistoryEvent } from '../../findings/history-event.ts'
import type { HistoryQuery } from '../history-store.ts'
import type { Store } from '../store.ts'
import { allPages } from './all-pages.ts'
import { type Engine, sharedStore, withStore } from './engine.ts'
import { ALWAYS, at, eventOf, recordOf } from './samples.ts'

const HOSTILE = 'x\'); DROP TABLE events; --\u0000\x1b[31m\udcff%_"\\'

/** In the order of time; `d` and `e` are of the same time on two hosts, and of the same id. */
const EVENTS: readonly HistoryEvent[] = [
  eventOf({ id: 'a', seconds: 1, processId: '1234@81000000000#0', processKey: '1234@81000000000' }),
  eventOf({
    id: 'b',
    seconds: 2,
    kind: 'net.connect',
    type: 'connect',
    fields: { 'fd.rip': '10.0.0.1', 'fd.rport': 443, 'evt.failed': false },
  }),
  eventOf({ id: 'c', seconds: 3, fields: { 'fd.name': HOSTILE, nested: { a: [HOSTILE, 2 ** 60, null] } } }),
  eventOf({ id: 'd', seconds: 64, hostname: 'web-1' }),
  eventOf({ id: 'd', seconds: 64, hostname: 'web-2', processKey: '1@1', processId: '1@1#0' }),
  eventOf({
    id: 'f',
    seconds: 65,
    fields: { 'fd.rport': 'not a number', 'fd.name': 7, 'proc.name': 'own' },
    processId: '1234@81000000000#0',
  }),
]

const query = (facts: Partial<HistoryQuery> = {}): HistoryQuery => ({ range: ALWAYS, filter: { op: 'true' }, ...facts })
const RECORD_FIELDS = { 'proc.name': 'bash', 'proc.exepath': '/usr/bin/bash', 'user.uid': 0, 'proc.aname[1]': 'sshd' }

const QUERIES: readonly [sentence: string, query: Partial<HistoryQuery>, ids: string][] = [
  ['all, the newest first; of the same time and id by host', {}, 'web-1/f web-2/d web-1/d web-1/c web-1/b web-1/a'],
  ['the end of a range does not belong to it', { range: { fromNs: at(2), toNs: at(64) } }, 'web-1/c web-1/b'],
  ['any of several hosts', { hostnames: ['web-2', HOSTILE] }, 'web-2/d'],
  ['no host at all', { hostnames: [] }, ''],
  ['any of several kinds', { kinds: ['net.connect', 'x'] }, 'web-1/b'],
  ['a process', { processKey: '1@1' }, 'web-2/d'],
  ['a filter', { filter: { op: 'in', column: 'fd.name', values: [HOSTILE] } }, 'web-1/c'],
  ['a filter on what the process says', { filter: { op: 'in', column: 'proc.name', values: ['bash'] } }, 'web-1/a'],
  ['a field of its own goes before that of the process', { filter: { op: 'in', column: 'proc.name', values: ['own'] } }, 'web-1/f'],
  ['nothing', { filter: { op: 'false' } }, ''],
]

export function historyConformance(engine: Engine): void {
  describe('history', () => {
    const store = sharedStore(engine, fill)

    test.each(QUERIES)('%s', async (_, facts, ids) => {
      const { history } = store()
      const listed = await history.list(query(facts), { limit: 100, cursor: undefined })
      expect(listed.items.map(({ hostname, id }) => `${hostname}/${id}`).join(' ')).toBe(ids)
      expect(await history.count(query(facts))).toBe(listed.items.length)
      const paged = await allPages(1, (page) => history.list(query(facts), page))
      expect(paged.map(({ hostname, id }) => `${hostname}/${id}`).join(' ')).toBe(ids)
    })

    test.each(QUERIES)('a scan gives the same, the oldest first: %s', async (_, facts, ids) => {
      const scanned: string[] = []
      for await (const events of store().history.scan(query(facts), new AbortController().signal)) {
        scanned.push(...events.map(({ hostname, id }) => `${hostname}/${id}`))
      }
      expect(scanned.reverse().join(' ')).toBe(ids)
    })

    test.each(WHOLE)('%s', async (_, hostname, id, fields) => {
      const event = EVENTS.find((one) => one.hostname === hostname && one.id === id)
      expect(await store().history.get(hostname, id)).toEqual({ ...event, fields })
    })

    test('an event that there is not is undefined', async () => {
      expect(await store().history.get('web-3', 'a')).toBeUndefined()
    })

    test.each(FACETS)('facet %s', async (column, counts) => {
      const facets = await store().history.facets(query(), [column], 10)
      expect(facets[column]?.map(({ value, count }) => [value, count])).toEqual(counts)
    })

    test('of facets only the most frequent values are given', async () => {
      const facets = await store().history.facets(query({ kinds: ['file.open'] }), ['evt.type', 'fd.rport'], 1)
      expect(facets).toEqual({ 'evt.type': [{ value: 'openat', count: 5 }], 'fd.rport': [{ value: null, count: 5 }] })
    })

    test('a histogram counts by step', async () => {
      const points = await store().history.histogram(query({ range: { fromNs: at(0), toNs: at(100) } }), 2e9)
      const first = Math.floor(at(0) / 2e9) * 2e9
      expect(points.map(({ timeNs, count }) => [(timeNs - first) / 2e9, count])).toEqual([
        [0, 1],
        [1, 2],
        [32, 3],
      ])
    })

    test.each([0, -1, 1, Number.NaN])('a step of %d ns over all time is refused', async (stepNs) => {
      await expect(store().history.histogram(query(), stepNs)).rejects.toThrow('steps')
    })

    test('the extent tells from when to when', async () => {
      expect(await store().history.extent()).toMatchObject({ events: EVENTS.length, fromNs: at(1), toNs: at(65) })
    })

    test.each(['', '!', 'WzFd', Buffer.from('["1",2,"x"]').toString('base64url')])('the cursor %j is refused', async (cursor) => {
      await expect(store().history.list(query(), { limit: 1, cursor })).rejects.toThrow('cursor')
    })

    test('a scan that nobody wants any more ends', async () => {
      const abort = new AbortController()
      abort.abort()
      for await (const _ of store().history.scan(query(), abort.signal)) throw new Error('it went on')
    })

    test('an export is a file of its own, and its name is only a name', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tarsier-export-'))
      try {
        const path = join(folder, "a'b; --.parquet")
        const { events, bytes } = await store().history.exportParquet(query({ kinds: ['file.open'] }), path)
        expect([events, bytes > 0, existsSync(path)]).toEqual([5, true, true])
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  })

  describe('batches of history', () => {
    test.each(BATCHES)('%s', (_, check) => withStore(engine, check))

    test('what was appended is there after closing and opening, with its position', async () => {
      let store = await engine.open()
      try {
        await fill(store)
        store = await engine.reopen(store)
        expect([await store.history.count(query()), store.history.position('spool-1'), store.state.position('history', 'spool-1')]).toEqual(
          [6, 6, 6],
        )
        expect((await store.history.get('web-1', 'a'))?.fields['proc.aname[1]']).toBe('sshd')
      } finally {
        await engine.remove(store)
      }
    })
  })
}

async function fill({ state, history }: Store): Promise<void> {
  state.processes.write([recordOf({})], [])
  await history.append({ spool: 'spool-1', seq: 6, events: EVENTS })
}

const WHOLE: readonly [sentence: string, hostname: string, id: string, fields: Record<string, unknown>][] = [
  [
    'an event is given with the fields of its process',
    'web-1',
    'a',
    { ...RECORD_FIELDS, 'evt.type': 'openat', 'fd.name': '/etc/passwd', 'fs.flags': 'O_RDONLY' },
  ],
  [
    'one without a process with its own',
    'web-1',
    'b',
    { 'evt.type': 'connect', 'fd.rip': '10.0.0.1', 'fd.rport': 443, 'evt.failed': false },
  ],
  ['hostile bytes as they were', 'web-1', 'c', { 'evt.type': 'openat', 'fd.name': HOSTILE, nested: { a: [HOSTILE, 2 ** 60, null] } }],
  ['one whose process is not known', 'web-2', 'd', { 'evt.type': 'openat', 'fd.name': '/etc/passwd', 'fs.flags': 'O_RDONLY' }],
  [
    'values of another type than their column as they were',
    'web-1',
    'f',
    { ...RECORD_FIELDS, 'evt.type': 'openat', 'fd.rport': 'not a number', 'fd.name': 7, 'proc.name': 'own' },
  ],
]

const FACETS: readonly [column: HistoryColumn, counts: readonly (readonly unknown[])[]][] = [
  [
    'evt.type',
    [
      ['openat', 5],
      ['connect', 1],
    ],
  ],
  [
    'fd.name',
    [
      ['/etc/passwd', 3],
      [null, 2],
      [HOSTILE, 1],
    ],
  ],
  [
    'fd.rport',
    [
      [null, 5],
      [443, 1],
    ],
  ],
  [
    'evt.failed',
    [
      [null, 5],
      [false, 1],
    ],
  ],
  [
    'proc.name',
    [
      [null, 4],
      ['bash', 1],
      ['own', 1],
    ],
  ],
]

const many = (count: number, facts: (index: number) => Partial<HistoryEvent> = () => ({})): HistoryEvent[] =>
  Array.from({ length: count }, (_, index) => eventOf({ id: `e${index}`, seconds: index, ...facts(index) }))

const BATCHES: readonly [sentence: string, check: (store: Store) => unknown][] = [
  [
    'the position is 0 at first, moves with its batches, and a batch that was had is passed over',
    async ({ history }) => {
      expect(history.position('s')).toBe(0)
      await history.append({ spool: 's', seq: 2, events: many(2) })
      await history.append({ spool: 's', seq: 2, events: many(2) })
      await history.append({ spool: 's', seq: 1, events: many(1) })
      expect([await history.count(query()), history.position('s'), history.position('t')]).toEqual([2, 2, 0])
    },
  ],
  [
    'a batch without events moves the position',
    async ({ history }) => {
      await history.append({ spool: 's', seq: 7, events: [] })
      expect([history.position('s'), (await history.extent()).events]).toEqual([7, 0])
    },
  ],
  [
    'batches that are appended at the same time are all there, once',
    async ({ history }) => {
      const spools = ['a', 'b', 'c', 'a']
      await Promise.all(
        spools.map((spool) => history.append({ spool, seq: 1, events: many(700, (index) => ({ id: `${spool}${index}` })) })),
      )
      expect(await history.count(query())).toBe(2100)
    },
  ],
  [
    'of a batch that cannot be written as a whole nothing is written',
    async ({ history }) => {
      const broken = {
        ...eventOf({}),
        get kind(): string {
          throw new Error('cannot be read')
        },
      }
      await expect(history.append({ spool: 's', seq: 9, events: [...many(600), broken] })).rejects.toThrow('cannot be read')
      expect([await history.count(query()), history.position('s')]).toEqual([0, 0])
      await history.append({ spool: 's', seq: 9, events: many(3) })
      expect(await history.count(query())).toBe(3)
    },
  ],
  [
    'thousands of events come page by page and in a scan, none twice, none left out, whatever their order was',
    async ({ history }) => {
      const events = many(5000, (index) => ({ timeNs: at((index * 7919) % 5000), id: String((index * 7919) % 5000).padStart(4, '0') }))
      await history.append({ spool: 's', seq: 1, events })
      const expected = events.map(({ id }) => id).sort()
      const scanned: string[] = []
      for await (const chunk of history.scan(query(), new AbortController().signal)) scanned.push(...chunk.map(({ id }) => id))
      expect(scanned).toEqual(expected)
      const paged = await allPages(499, (page) => history.list(query(), page))
      expect(paged.map(({ id }) => id).reverse()).toEqual(expected)
    },
  ],
  [
    'a burst of one moment is scanned whole',
    async ({ history }) => {
      await history.append({
        spool: 's',
        seq: 1,
        events: [...many(3), ...many(12_000, () => ({ timeNs: at(10) })), eventOf({ seconds: 1e6 })],
      })
      let scanned = 0
      for await (const chunk of history.scan(query(), new AbortController().signal)) scanned += chunk.length
      expect(scanned).toBe(12_004)
    },
  ],
  [
    'times before 1970 and beyond what 64 bits hold are no error',
    async ({ history }) => {
      const times = [-5e9, 0, 9.3e18, 1e300]
      await history.append({ spool: 's', seq: 1, events: times.map((timeNs, index) => eventOf({ id: String(index), timeNs })) })
      expect((await history.list(query({ range: { fromNs: -1e10, toNs: 1e19 } }), { limit: 10, cursor: undefined })).items).toHaveLength(2)
    },
  ],
]
