import { describe, expect, test } from 'vitest'
import type { FacetValue } from '../page.ts'
import type { FindingFacet, FindingQuery } from '../state-store.ts'
import type { Store } from '../store.ts'
import { allPages } from './all-pages.ts'
import { type Engine, sharedStore, withStore } from './engine.ts'
import { ALWAYS, at, findingOf } from './samples.ts'

const HOSTILE = 'x\'); DROP TABLE findings; --\u0000\x1b[31m\udcff%_"\\'

/** In the order of time. The last two are of the same time: the later told is the newer. */
const FINDINGS = [
  findingOf({ id: 'a', seconds: 1, rule: 'Shell', priority: 'error', tags: ['host', 'shell'], hostname: 'web-1', processKey: '1@1' }),
  findingOf({ id: 'b', seconds: 2, rule: 'Shell', tags: ['host'], hostname: 'web-2', containerId: 'c0ffee', attack: [{ id: 'T1059' }] }),
  findingOf({ id: 'c', seconds: 3, rule: 'Miner', priority: 'critical', tags: [], attack: [{ id: 'T1496' }, { id: 'T1059' }] }),
  findingOf({ id: 'd', seconds: 61, rule: 'Miner', output: 'XMRIG für 100% of_it', attack: [], lineage: [] }),
  findingOf({ id: 'e', seconds: 62, rule: HOSTILE, output: HOSTILE, tags: [HOSTILE], containerId: 'c0ffee', attack: [] }),
  findingOf({ id: 'f', seconds: 62, rule: 'Shell', priority: 'error', attack: [], tags: ['host', 'host'] }),
]

const QUERIES: readonly [sentence: string, query: FindingQuery, ids: string][] = [
  ['without conditions all are there, the newest first', {}, 'f e d c b a'],
  ['the end of a range does not belong to it, its beginning does', { range: { fromNs: at(2), toNs: at(61) } }, 'c b'],
  ['any of several rules', { rules: ['Miner', HOSTILE] }, 'e d c'],
  ['an empty list of rules is none of them', { rules: [] }, ''],
  ['any of several priorities', { priorities: ['critical', 'error'] }, 'f c a'],
  ['any of several tags', { tags: ['shell', HOSTILE] }, 'e a'],
  ['hosts', { hostnames: ['web-2'] }, 'b'],
  ['containers', { containerIds: ['c0ffee'] }, 'e b'],
  ['techniques, each of several', { techniques: ['T1059'] }, 'c b'],
  ['a technique is not its sub-techniques', { techniques: ['T1003'] }, ''],
  ['the process', { processKey: '1@1' }, 'a'],
  ['the incident', { incidentId: 'i1' }, 'b a'],
  ['all at once', { rules: ['Shell'], hostnames: ['web-1'], tags: ['host'], range: ALWAYS }, 'f a'],
  ['text in the rule, whatever its case', { text: 'mIN' }, 'd c'],
  ['text in the output, also beyond ASCII', { text: 'xmrig FÜR' }, 'd'],
  ['text in the command line', { text: 'odd /etc/SHADOW' }, 'f e c b a'],
  ['signs of patterns mean themselves', { text: '100%' }, 'd'],
  ['so does an underscore', { text: 'd_name' }, ''],
  ['hostile text is looked for as it is', { text: HOSTILE }, 'e'],
  ['text that is nowhere', { text: 'nowhere to be found' }, ''],
]

export function findingConformance(engine: Engine): void {
  describe('findings', () => {
    const store = sharedStore(engine, fill)

    test.each(QUERIES)('%s', (_, query, ids) => {
      const listed = store().state.findings.list(query, { limit: 100, cursor: undefined })
      expect(listed.items.map(({ id }) => id).join(' ')).toBe(ids)
      expect(listed.next).toBeUndefined()
      expect(store().state.findings.count(query)).toBe(listed.items.length)
    })

    test.each(QUERIES)('page by page it is the same: %s', async (_, query, ids) => {
      const listed = await allPages(1, (page) => store().state.findings.list(query, page))
      expect(listed.map(({ id }) => id).join(' ')).toBe(ids)
    })

    test('a finding is given back as it was, hostile bytes included', () => {
      expect(store().state.findings.get('e')).toEqual({ ...FINDINGS[4], incidentId: undefined, excepted: false })
      expect(store().state.findings.get('a')).toEqual({ ...FINDINGS[0], incidentId: 'i1', excepted: false })
      expect(store().state.findings.get('nobody')).toBeUndefined()
    })

    test.each(FACETS)('facet %s: %s', (facet, _, query, counts) => {
      const found = store().state.findings.facets(query, [facet], 10)[facet]
      expect(found?.map(({ value, count }) => [value, count])).toEqual(counts)
    })

    test('of a facet only the most frequent values are given, and only facets that were asked for', () => {
      const facets = store().state.findings.facets({}, ['rule', 'hostname'], 1)
      expect(facets).toEqual({ rule: [{ value: 'Shell', count: 3 }], hostname: [{ value: 'web-1', count: 5 }] })
    })

    test('a histogram counts by step and priority, and leaves out steps without findings', () => {
      const points = store().state.findings.histogram({}, 60e9)
      const first = Math.floor(at(0) / 60e9) * 60e9
      expect(points.map(({ timeNs, priority, count }) => [(timeNs - first) / 60e9, priority, count])).toEqual(histogramOf(first))
    })

    test('a histogram follows the query', () => {
      const points = store().state.findings.histogram({ rules: ['Miner'], range: { fromNs: at(0), toNs: at(10) } }, 3600e9)
      expect(points.map(({ priority, count }) => [priority, count])).toEqual([['critical', 1]])
    })

    test.each([0, -1, 1, Number.NaN])('a step of %d ns over all time is refused', (stepNs) => {
      expect(() => store().state.findings.histogram({ range: ALWAYS }, stepNs)).toThrow('steps')
    })

    test.each(['', '!', 'bnVsbA', 'W10', 'WzEsMl0', Buffer.from('["1e3",4]').toString('base64url')])(
      'the cursor %j is refused',
      (cursor) => {
        expect(() => store().state.findings.list({}, { limit: 1, cursor })).toThrow('cursor')
      },
    )
  })

  describe('batches of findings', () => {
    test.each(BATCHES)('%s', (_, check) => withStore(engine, check))

    test('what was written is there after closing and opening', async () => {
      let store = await engine.open()
      try {
        fill(store)
        store = await engine.reopen(store)
        expect(store.state.findings.count({})).toBe(FINDINGS.length)
        expect(store.state.position('findings', 'spool-1')).toBe(6)
      } finally {
        await engine.remove(store)
      }
    })
  })
}

function fill({ state }: Store): void {
  const findings = FINDINGS.map((finding) => ({ finding, incidentId: 'ab'.includes(finding.id) ? 'i1' : undefined }))
  state.writeFindings({ spool: 'spool-1', seq: 6, findings, incidents: [] })
}

function histogramOf(first: number): unknown[] {
  const counts = new Map<string, number>()
  for (const { timeNs, priority } of FINDINGS) {
    const key = `${Math.floor((timeNs - first) / 60e9)} ${priority}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const order = ['critical', 'error', 'warning']
  return [...counts]
    .map(([key, count]) => [Number(key.split(' ')[0]), key.split(' ')[1] ?? '', count] as const)
    .sort((a, b) => a[0] - b[0] || order.indexOf(a[1]) - order.indexOf(b[1]))
}

type Counts = readonly (readonly [FacetValue['value'], number])[]

const FACETS: readonly [facet: FindingFacet, sentence: string, query: FindingQuery, counts: Counts][] = [
  [
    'rule',
    'the most frequent first',
    {},
    [
      ['Shell', 3],
      ['Miner', 2],
      [HOSTILE, 1],
    ],
  ],
  [
    'rule',
    'what is chosen in it does not narrow it',
    { rules: ['Miner'] },
    [
      ['Shell', 3],
      ['Miner', 2],
      [HOSTILE, 1],
    ],
  ],
  ['rule', 'what is chosen elsewhere does', { priorities: ['error'], rules: ['Miner'] }, [['Shell', 2]]],
  [
    'priority',
    'by name',
    { range: { fromNs: at(3), toNs: at(62) } },
    [
      ['critical', 1],
      ['warning', 1],
    ],
  ],
  [
    'tag',
    'each of several counts, one told twice once',
    { rules: ['Shell'] },
    [
      ['host', 3],
      ['shell', 1],
    ],
  ],
  ['hostname', 'narrowed by text', { text: 'miner' }, [['web-1', 2]]],
  [
    'containerId',
    'on the host there is none',
    {},
    [
      [null, 4],
      ['c0ffee', 2],
    ],
  ],
  [
    'technique',
    'each of several',
    {},
    [
      ['T1059', 2],
      ['T1003.008', 1],
      ['T1496', 1],
    ],
  ],
]

const page = { limit: 10, cursor: undefined }
const batch = (seq: number, ...ids: string[]) => ({
  spool: 's',
  seq,
  findings: ids.map((id, index) => ({ finding: findingOf({ id, seconds: index }), incidentId: undefined })),
  incidents: [],
})

const BATCHES: readonly [sentence: string, check: (store: Store) => unknown][] = [
  [
    'the position of a stream is 0 at first, and moves with its batches',
    ({ state }) => {
      expect(state.position('findings', 's')).toBe(0)
      state.writeFindings(batch(3, 'a'))
      expect([state.position('findings', 's'), state.position('findings', 'other'), state.position('history', 's')]).toEqual([3, 0, 0])
    },
  ],
  [
    'a position never goes back',
    ({ state }) => {
      state.writeFindings(batch(5, 'a'))
      state.writeFindings(batch(4, 'b'))
      expect(state.position('findings', 's')).toBe(5)
    },
  ],
  [
    'a finding that is told twice is there once, as it was first told',
    ({ state }) => {
      state.writeFindings(batch(1, 'a'))
      state.writeFindings({ ...batch(2), findings: [{ finding: findingOf({ id: 'a', rule: 'Other' }), incidentId: 'i' }] })
      expect(state.findings.list({}, page).items.map(({ id, rule }) => [id, rule])).toEqual([['a', 'Read of a password file']])
      expect(state.findings.count({ text: 'other' })).toBe(0)
    },
  ],
  [
    'two hosts that made the same id both keep their finding',
    ({ state }) => {
      state.writeFindings(batch(1, 'a'))
      const other = { ...batch(2), findings: [{ finding: findingOf({ id: 'a', hostname: 'web-9' }), incidentId: undefined }] }
      state.writeFindings(other)
      state.writeFindings(other)
      expect(state.findings.list({}, page).items.map(({ id, hostname }) => [id, hostname])).toEqual([
        ['a@web-9', 'web-9'],
        ['a', 'web-1'],
      ])
    },
  ],
  [
    'of a batch that cannot be written as a whole nothing is written',
    ({ state }) => {
      state.writeFindings(batch(1, 'a'))
      const broken = {
        ...findingOf({ id: 'c' }),
        get output(): string {
          throw new Error('cannot be read')
        },
      }
      const bad = { ...batch(2, 'b'), findings: [...batch(2, 'b').findings, { finding: broken, incidentId: undefined }] }
      expect(() => state.writeFindings(bad)).toThrow('cannot be read')
      expect([state.findings.count({}), state.position('findings', 's')]).toEqual([1, 1])
      state.writeFindings(batch(2, 'b'))
      expect(state.findings.count({})).toBe(2)
    },
  ],
  [
    'findings can be marked as excepted, and unmarked',
    ({ state }) => {
      state.writeFindings(batch(1, 'a', 'b'))
      state.findings.setExcepted(['a', 'nobody'], true)
      expect(['a', 'b'].map((id) => state.findings.get(id)?.excepted)).toEqual([true, false])
      state.findings.setExcepted(['a'], false)
      expect(state.findings.get('a')?.excepted).toBe(false)
    },
  ],
  [
    'pages stay right while findings are added',
    ({ state }) => {
      state.writeFindings(batch(1, 'a', 'b', 'c'))
      const first = state.findings.list({}, { limit: 2, cursor: undefined })
      state.writeFindings({ ...batch(2), findings: [{ finding: findingOf({ id: 'new', seconds: 9 }), incidentId: undefined }] })
      const second = state.findings.list({}, { limit: 2, cursor: first.next })
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['c', 'b', 'a'])
    },
  ],
]
