import { describe, expect, test } from 'vitest'
import { SAMPLE_ACTION } from '../../findings/sample-action.ts'
import type { SensorReport } from '../../findings/sensor-record.ts'
import type { Store } from '../store.ts'
import { allPages } from './all-pages.ts'
import { type Engine, withStore } from './engine.ts'
import { ALWAYS, at } from './samples.ts'

/** Sensors, saved searches, settings, actions. */
export function workConformance(engine: Engine): void {
  describe('sensors', () => {
    test.each(SENSORS)('%s', (_, check) => withStore(engine, check))
  })
  describe('saved searches', () => {
    test.each(SEARCHES)('%s', (_, check) => withStore(engine, check))
  })
  describe('settings', () => {
    test.each(SETTINGS)('%s', (_, check) => withStore(engine, check))
  })
  describe('actions', () => {
    test.each(ACTIONS)('%s', (_, check) => withStore(engine, check))
  })
}

type Checks = readonly [sentence: string, check: (store: Store) => unknown][]

function report(hostname: string, seconds: number): SensorReport {
  const totals = { seen: 1, kept: 1, filtered: 0, folded: 0, sampled: 0, lost: 0, findings: 0 }
  return {
    hostname,
    version: '0.1.0',
    kernel: '6.18',
    bootId: 'b',
    pid: 7,
    timeNs: at(seconds),
    startedNs: at(0),
    rules: 10,
    hooks: 20,
    calls: 'functions',
    processes: 30,
    totals,
    losses: [{ cause: 'ring', count: 3 }],
    degraded: [{ name: 'filters', detail: 'off', fix: 'leave out --no-filters' }],
    spool: { findings: 0, bytes: 0, dropped: 0 },
    cost: { seconds: 1 } as unknown as SensorReport['cost'],
  }
}

const point = (seconds: number, kept: number, length = 10) => ({
  timeNs: at(seconds),
  seconds: length,
  kept,
  filtered: kept * 2,
  lost: 0,
  findings: kept / 2,
  cpuShare: kept / 100,
  residentBytes: 1000 + kept,
})

const SENSORS: Checks = [
  [
    'each is as it last said, by name',
    ({ state: { sensors } }) => {
      for (const [hostname, seconds] of [
        ['web-2', 1],
        ['web-1', 1],
        ['web-2', 2],
      ] as const)
        sensors.report(report(hostname, seconds), undefined)
      expect(sensors.list()).toEqual([report('web-1', 1), report('web-2', 2)])
    },
  ],
  [
    'points come in the order of time, those of the host and the range alone',
    ({ state: { sensors } }) => {
      for (const [hostname, seconds] of [
        ['a', 20],
        ['a', 10],
        ['b', 10],
        ['a', 30],
      ] as const)
        sensors.report(report(hostname, 0), point(seconds, seconds))
      expect(sensors.points('a', { fromNs: at(10), toNs: at(30) }, 10)).toEqual([point(10, 10), point(20, 20)])
      expect(sensors.points('c', ALWAYS, 10)).toEqual([])
    },
  ],
  [
    'thinned points keep what was counted: rates weigh by their seconds, memory is the most',
    ({ state: { sensors } }) => {
      for (let index = 0; index < 100; index++) sensors.report(report('a', 0), point(index * 10, index, index < 50 ? 10 : 20))
      const thinned = sensors.points('a', { fromNs: at(0), toNs: at(1000) }, 10)
      expect(thinned.length).toBeGreaterThan(1)
      expect(thinned.length).toBeLessThanOrEqual(10)
      const counted = thinned.reduce((sum, { kept, seconds }) => sum + kept * seconds, 0)
      expect(counted).toBeCloseTo(10 * 1225 + 20 * 3725)
      expect(thinned.at(-1)).toMatchObject({ timeNs: at(990), residentBytes: 1099 })
    },
  ],
  [
    'a point without a length is no error',
    ({ state: { sensors } }) => {
      sensors.report(report('a', 0), point(1, 4, 0))
      expect(sensors.points('a', ALWAYS, 10)).toEqual([point(1, 4, 0)])
    },
  ],
]

const search = (id: string, userId: string, shared = false) => {
  return { id, userId, name: `search ${id}`, url: `/events?condition=${id}`, shared, createdNs: at(0) }
}

const SEARCHES: Checks = [
  [
    'a person sees the own ones and those that others share',
    ({ state: { searches } }) => {
      for (const one of [search('b', 'ann', true), search('a', 'ann'), search('c', 'bob')]) searches.save(one)
      expect(searches.list('ann')).toEqual([search('a', 'ann'), search('b', 'ann', true)])
      expect(searches.list('bob').map(({ id }) => id)).toEqual(['b', 'c'])
    },
  ],
  [
    'one that is saved again is changed, but not by another',
    ({ state: { searches } }) => {
      searches.save(search('a', 'ann'))
      searches.save({ ...search('a', 'ann'), name: 'mine' })
      searches.save({ ...search('a', 'bob'), name: 'stolen' })
      expect(searches.list('ann').map(({ name }) => name)).toEqual(['mine'])
      expect(searches.list('bob')).toEqual([])
    },
  ],
  [
    'only its owner removes it, once',
    ({ state: { searches } }) => {
      searches.save(search('a', 'ann', true))
      expect([searches.remove('a', 'bob'), searches.remove('a', 'ann'), searches.remove('a', 'ann')]).toEqual([false, true, false])
    },
  ],
]

const SETTINGS: Checks = [
  ...[null, 0, '', false, 'text', [1, { a: null }], { deep: { er: '\udcff' } }].map((value): Checks[number] => [
    `${JSON.stringify(value)} is given back`,
    ({ state: { settings } }) => {
      settings.set('name', 'before')
      settings.set('name', value)
      expect(settings.get('name')).toEqual(value)
    },
  ]),
  [
    'one that was never set, or set to undefined, is undefined',
    ({ state: { settings } }) => {
      settings.set('gone', 1)
      settings.set('gone', undefined)
      expect(['gone', 'never'].map(settings.get)).toEqual([undefined, undefined])
    },
  ],
]

const action = (id: string, seconds: number, incidentId?: string) => ({
  ...SAMPLE_ACTION,
  id,
  timeNs: at(seconds),
  hostname: id < 'c' ? 'web-1' : 'web-2',
  target: '\u0000<b>',
  findingId: `of ${id}`,
  incidentId,
})

const ACTIONS: Checks = [
  [
    'the newest first, of a host, of an incident, page by page',
    async ({ state: { actions } }) => {
      for (const one of [action('a', 1, 'i1'), action('b', 2), action('c', 2, 'i1'), action('d', 0)]) actions.put(one)
      const ids = async (query: Parameters<typeof actions.list>[0]) =>
        (await allPages(1, (page) => actions.list(query, page))).map(({ id }) => id).join(' ')
      actions.put({ ...action('e', -1), phase: 'asked' })
      expect([await ids({}), await ids({ incidentId: 'i1' }), await ids({ hostname: 'web-1' })]).toEqual(['c b a d e', 'c a', 'b a'])
      expect([await ids({ phase: 'asked' }), await ids({ findingId: 'of b' })]).toEqual(['e', 'b'])
    },
  ],
  [
    'one that is told again is as it was last told',
    ({ state: { actions } }) => {
      actions.put(action('a', 1))
      actions.put({ ...action('a', 1), phase: 'rolled-back', userId: 'u' })
      const { items } = actions.list({}, { limit: 5, cursor: undefined })
      expect(items).toEqual([{ ...action('a', 1), phase: 'rolled-back', userId: 'u' }])
      expect([actions.get('a')?.phase, actions.get('never')]).toEqual(['rolled-back', undefined])
      expect(actions.list({ phase: 'verified' }, { limit: 5, cursor: undefined }).items).toEqual([])
    },
  ],
]
