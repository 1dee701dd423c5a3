import { describe, expect, test } from 'vitest'
import type { SensorReport } from '../../findings/sensor-record.ts'
import type { RetentionKind, Store } from '../store.ts'
import { type Engine, withStore } from './engine.ts'
import { ALWAYS, at, eventOf, findingOf, incidentOf, recordOf } from './samples.ts'

export function retentionConformance(engine: Engine): void {
  describe('retention', () => {
    test.each(CHECKS)('%s', (_, check) => withStore(engine, check))

    test('limits are kept when the store is closed and opened', async () => {
      let store = await engine.open()
      try {
        store.setRetention('history', { maxAgeDays: 3.5, maxBytes: undefined })
        store = await engine.reopen(store)
        expect(store.retention().history).toEqual({ maxAgeDays: 3.5, maxBytes: undefined })
      } finally {
        await engine.remove(store)
      }
    })

    test.each(REFUSED)('%s cannot be kept for %j days, %j bytes', (kind, maxAgeDays, maxBytes) =>
      withStore(engine, (store) => {
        const before = store.retention()
        expect(() => store.setRetention(kind, { maxAgeDays, maxBytes })).toThrow('no limit')
        expect(store.retention()).toEqual(before)
      }),
    )
  })
}

const REFUSED: readonly [kind: RetentionKind, maxAgeDays: number | undefined, maxBytes: number | undefined][] = [
  ['findings', 0, undefined],
  ['findings', -1, undefined],
  ['history', Number.NaN, undefined],
  ['sensorPoints', undefined, 0],
  ['audit', 1, 1000],
]

const DAY = 86_400
const page = { limit: 1000, cursor: undefined }
const everything = { range: ALWAYS, filter: { op: 'true' } } as const

function putFindings({ state }: Store, days: readonly number[], incidentId?: (day: number) => string): void {
  const findings = days.map((day) => ({ finding: findingOf({ id: String(day), seconds: day * DAY }), incidentId: incidentId?.(day) }))
  state.writeFindings({ spool: 's', seq: 1, findings, incidents: [] })
}

const putEvents = ({ history }: Store, days: readonly number[], spool = 's'): Promise<void> =>
  history.append({ spool, seq: 1, events: days.map((day) => eventOf({ id: String(day), seconds: day * DAY })) })

const CHECKS: readonly [sentence: string, check: (store: Store) => unknown][] = [
  [
    'nothing goes before its time',
    async (store) => {
      putFindings(store, [0, 1])
      await putEvents(store, [0, 1])
      expect(await store.expire(at(2 * DAY))).toEqual({ findings: 0, history: 0, audit: 0, sensorPoints: 0 })
    },
  ],
  [
    'findings go by age, what is exactly that old stays',
    async (store) => {
      putFindings(store, [0, 1, 2, 3])
      store.setRetention('findings', { maxAgeDays: 2, maxBytes: undefined })
      expect(await store.expire(at(3 * DAY))).toMatchObject({ findings: 1 })
      expect(store.state.findings.list({}, page).items.map(({ id }) => id)).toEqual(['3', '2', '1'])
      expect(store.state.findings.list({ text: 'password' }, page).items).toHaveLength(3)
    },
  ],
  [
    'a finding of the same kind can come after all of its kind went',
    async (store) => {
      putFindings(store, [0])
      store.setRetention('findings', { maxAgeDays: 1, maxBytes: undefined })
      await store.expire(at(5 * DAY))
      store.state.writeFindings({
        spool: 's',
        seq: 2,
        findings: [{ finding: findingOf({ id: 'x' }), incidentId: undefined }],
        incidents: [],
      })
      expect(store.state.findings.facets({}, ['rule'], 1).rule).toEqual([{ value: 'Read of a password file', count: 1 }])
    },
  ],
  [
    'of too many findings the oldest go',
    async (store) => {
      putFindings(
        store,
        Array.from({ length: 100 }, (_, day) => day),
      )
      const bytes = JSON.stringify(findingOf({ id: '10' })).length
      store.setRetention('findings', { maxAgeDays: undefined, maxBytes: bytes * 10 })
      await store.expire(at(1000 * DAY))
      const left = store.state.findings.list({}, page).items
      expect(left.length).toBeGreaterThan(7)
      expect(left.length).toBeLessThan(12)
      expect(left[0]?.id).toBe('99')
    },
  ],
  [
    'an incident goes when all of its findings have gone',
    async (store) => {
      const incidents = [0, 5].map((day) => incidentOf({ id: `i${day}`, seconds: day * DAY }))
      store.state.writeFindings({ spool: 't', seq: 1, findings: [], incidents })
      putFindings(store, [0, 5], (day) => `i${day}`)
      store.setRetention('findings', { maxAgeDays: 3, maxBytes: undefined })
      await store.expire(at(5 * DAY))
      expect(store.state.incidents.list({}, page).items.map(({ id }) => id)).toEqual(['i5'])
    },
  ],
  [
    'history goes by age, findings and positions stay',
    async (store) => {
      await putEvents(store, [0, 1, 2, 3])
      putFindings(store, [0])
      store.setRetention('history', { maxAgeDays: 2, maxBytes: undefined })
      expect(await store.expire(at(3 * DAY))).toMatchObject({ history: 1, findings: 0 })
      expect((await store.history.list(everything, page)).items.map(({ id }) => id)).toEqual(['3', '2', '1'])
      expect(store.history.position('s')).toBe(1)
    },
  ],
  [
    'processes go with the history that they ended before, unless a finding or a child that stays names them',
    async (store) => {
      const { processes } = store.state
      const names = { ended: '1@1', found: '2@2', parent: '3@3', child: '4@4', late: '5@5', alive: '6@6' }
      const record = (processKey: string, parentKey?: string) => recordOf({ processKey, parentKey })
      processes.write([...Object.values(names).map((key) => record(key)), record(names.child, names.parent)], [])
      processes.write([{ ...record(names.child, names.parent), id: `${names.child}#1` }], [])
      const exit = (processKey: string, day: number) => ({ processKey, hostname: 'web-1', timeNs: at(day * DAY) })
      processes.write([], [exit(names.ended, 1), exit(names.found, 1), exit(names.parent, 1), exit(names.late, 9)])
      const finding = findingOf({ id: 'x', seconds: 20 * DAY, processKey: names.found })
      store.state.writeFindings({ spool: 'f', seq: 1, findings: [{ finding, incidentId: undefined }], incidents: [] })
      await putEvents(store, [5, 20])
      store.setRetention('history', { maxAgeDays: undefined, maxBytes: undefined })
      await store.expire(at(20 * DAY - 1))
      const left = processes.list({}, page).items.map(({ processKey }) => processKey)
      expect(left.sort()).toEqual([names.found, names.parent, names.child, names.late, names.alive])
      expect(processes.state('web-1', '1@1#0')).toBeUndefined()
    },
  ],
  [
    'points of sensors go by age and by number',
    async (store) => {
      const { sensors } = store.state
      const values = { seconds: 1, kept: 1, filtered: 1, lost: 0, findings: 0, cpuShare: 0, residentBytes: 1 }
      const report = { hostname: 'a', timeNs: 0 } as SensorReport
      for (let day = 0; day < 10; day++) sensors.report(report, { timeNs: at(day * DAY), ...values })
      store.setRetention('sensorPoints', { maxAgeDays: 7, maxBytes: undefined })
      expect(await store.expire(at(9 * DAY))).toMatchObject({ sensorPoints: 2 })
      store.setRetention('sensorPoints', { maxAgeDays: undefined, maxBytes: 500 })
      await store.expire(at(9 * DAY))
      expect(sensors.points('a', ALWAYS, 100).map(({ timeNs }) => (timeNs - at(0)) / (DAY * 1e9))).toEqual([7, 8, 9])
    },
  ],
]
