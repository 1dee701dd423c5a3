import { describe, expect, test } from 'vitest'
import type { Incident } from '../../findings/incident.ts'
import type { IncidentQuery } from '../state-store.ts'
import type { Store } from '../store.ts'
import { allPages } from './all-pages.ts'
import { type Engine, sharedStore, withStore } from './engine.ts'
import { at, incidentOf } from './samples.ts'

const INCIDENTS = [
  incidentOf({ id: 'a', risk: 10, firstNs: at(0), lastNs: at(100), hostname: 'web-2' }),
  incidentOf({ id: 'b', risk: 80.5, seconds: 10, title: 'ÄRGER with <b>npm</b>', assignee: 'u1' }),
  incidentOf({ id: 'c', risk: 80.5, seconds: 20, state: 'acknowledged' }),
  incidentOf({ id: 'd', risk: 5, seconds: 30, state: 'closed', rules: ['Miner'] }),
  incidentOf({ id: 'e', risk: 80.5, seconds: 20 }),
]

const QUERIES: readonly [sentence: string, query: IncidentQuery, ids: string][] = [
  ['the highest risk first, of equal ones the latest', {}, 'e c b a d'],
  ['the latest first', { order: 'last' }, 'a d e c b'],
  ['any of several states', { states: ['acknowledged', 'closed'] }, 'c d'],
  ['hosts', { hostnames: ['web-2', 'web-3'] }, 'a'],
  ['who has taken it', { assignee: 'u1' }, 'b'],
  ['a range that it began before and ended after', { range: { fromNs: at(50), toNs: at(60) } }, 'a'],
  ['a range in which it ended', { range: { fromNs: at(100), toNs: at(101) } }, 'a'],
  ['a range that ends when it began', { range: { fromNs: at(-5), toNs: at(0) } }, ''],
  ['text in the title, whatever its case', { text: 'ärger WITH <B>' }, 'b'],
  ['text in its rules', { text: 'miner' }, 'd'],
]

export function incidentConformance(engine: Engine): void {
  describe('incidents', () => {
    const store = sharedStore(engine, (filled) => put(filled, INCIDENTS))

    test.each(QUERIES)('%s', async (_, query, ids) => {
      const listed = store().state.incidents.list(query, { limit: 100, cursor: undefined })
      expect(listed.items.map(({ id }) => id).join(' ')).toBe(ids)
      const paged = await allPages(2, (page) => store().state.incidents.list(query, page))
      expect(paged.map(({ id }) => id).join(' ')).toBe(ids)
    })

    test('one is given back as it was', () => {
      expect(INCIDENTS.map(({ id }) => store().state.incidents.get(id))).toEqual(INCIDENTS)
      expect(store().state.incidents.get('nobody')).toBeUndefined()
    })

    test('a cursor of one order is refused in the other', () => {
      const { next } = store().state.incidents.list({ order: 'last' }, { limit: 1, cursor: undefined })
      expect(() => store().state.incidents.list({}, { limit: 1, cursor: next })).toThrow('cursor')
    })
  })

  describe('changes to incidents', () => {
    test.each(CHANGES)('%s', (_, check) => withStore(engine, check))
  })
}

function put({ state }: Store, incidents: readonly Incident[]): void {
  state.writeFindings({ spool: 's', seq: 1, findings: [], incidents })
}

const key = (value: string) => ({ kind: 'container', value }) as const

const CHANGES: readonly [sentence: string, check: (store: Store) => unknown][] = [
  [
    'those with one of the keys are found, the newest first, but neither closed ones nor old ones',
    (store) => {
      put(store, [
        incidentOf({ id: 'old', seconds: 1, keys: [key('x')] }),
        incidentOf({ id: 'one', seconds: 10, keys: [key('x'), key('y')] }),
        incidentOf({ id: 'two', seconds: 20, keys: [key('y')], state: 'acknowledged' }),
        incidentOf({ id: 'closed', seconds: 30, keys: [key('x')], state: 'closed' }),
        incidentOf({ id: 'other', seconds: 30, keys: [{ kind: 'pod', value: 'x' }] }),
      ])
      const found = store.state.incidents.withKeys([key('x'), key('y'), key("' OR 1=1 --")], at(10))
      expect(found.map(({ id }) => id)).toEqual(['two', 'one'])
      expect(store.state.incidents.withKeys([], at(0))).toEqual([])
    },
  ],
  [
    'keys that it has no more find it no more',
    (store) => {
      put(store, [incidentOf({ keys: [key('x')] })])
      put(store, [incidentOf({ keys: [key('y')] })])
      expect(['x', 'y'].map((value) => store.state.incidents.withKeys([key(value)], 0).length)).toEqual([0, 1])
    },
  ],
  [
    'what a person changed stays when findings are added',
    (store) => {
      put(store, [incidentOf({ risk: 1 })])
      store.state.incidents.update('incident-1', { state: 'acknowledged', assignee: 'u7' })
      put(store, [incidentOf({ risk: 2, state: 'open', assignee: undefined })])
      expect(store.state.incidents.get('incident-1')).toMatchObject({ risk: 2, state: 'acknowledged', assignee: 'u7' })
    },
  ],
  [
    'only what is named changes; null takes the assignee away',
    (store) => {
      put(store, [incidentOf({})])
      expect(store.state.incidents.update('incident-1', { assignee: 'u1' })).toMatchObject({ state: 'open', assignee: 'u1' })
      expect(store.state.incidents.update('incident-1', { state: 'closed' })).toMatchObject({ state: 'closed', assignee: 'u1' })
      expect(store.state.incidents.update('incident-1', { assignee: null })).toMatchObject({ state: 'closed', assignee: undefined })
      expect(store.state.incidents.list({ states: ['closed'] }, { limit: 5, cursor: undefined }).items).toHaveLength(1)
    },
  ],
  ['one that there is not cannot be changed', ({ state }) => expect(state.incidents.update('nobody', { state: 'closed' })).toBeUndefined()],
  [
    'notes are given in the order in which they were written',
    (store) => {
      put(store, [incidentOf({}), incidentOf({ id: 'other' })])
      const note = (id: string, incidentId = 'incident-1') => {
        return { id, incidentId, timeNs: at(0), userId: 'u', userName: 'ann', text: `<script>\u0000${id}\udcff` }
      }
      for (const one of [note('2'), note('1'), note('3', 'other')]) store.state.incidents.addNote(one)
      expect(store.state.incidents.notes('incident-1')).toEqual([note('2'), note('1')])
      expect(store.state.incidents.notes('nobody')).toEqual([])
    },
  ],
]
