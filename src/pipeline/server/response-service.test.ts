import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AskedAction } from '../../api/services.ts'
import { openStore } from '../../store/embedded.ts'
import type { Store } from '../../store/store.ts'
import { createLiveHub } from './live-hub.ts'
import { createOrderDesk, type OrderDesk } from './orders.ts'
import { createResponseService, type KeptResponseService } from './response-service.ts'

const clock = { ns: 1e18 }
let folder = ''
let store: Store
let orders: OrderDesk
let service: KeptResponseService

beforeEach(async () => {
  clock.ns = 1e18
  folder = mkdtempSync(join(tmpdir(), 'tarsier-orders-'))
  store = await openStore({ folder, nowNs: () => clock.ns, version: '1' })
  orders = createOrderDesk(() => clock.ns / 1e6)
  const choice = { paths: [], managed: undefined, atMost: 'act' } as const
  service = createResponseService({ choice, store, hub: createLiveHub('r'), orders, nowNs: () => clock.ns })
  await orders.take('h', 1, new AbortController().signal)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const asked = (more: Partial<AskedAction> = {}): AskedAction => ({
  ...{ action: 'quarantine-file', settings: {}, mode: 'act', forSeconds: undefined, incidentId: undefined, userId: 'ada' },
  subject: {
    ...{ hostname: 'h', processKey: undefined, containerId: undefined, file: '/tmp/x', ip: undefined, port: undefined },
    findingId: undefined,
  },
  ...more,
})

const steps = (id: string): readonly (readonly [string, string])[] =>
  store.state.actions.get(id)?.steps.map(({ phase, detail }) => [phase, detail] as const) ?? []

test('what is handed to an agent that never tells of it has failed, some minutes later', async () => {
  const { id } = await service.ask(asked())
  clock.ns += 100e9
  service.settle()
  expect(steps(id)).toEqual([['asked', 'handed to the agent']])
  clock.ns += 100e9
  service.settle()
  service.settle()
  expect(steps(id)).toEqual([
    ['asked', 'handed to the agent'],
    ['failed', 'the agent never told of it: whether it was done is not known'],
  ])
})

test('what a response asks a person stays asked: its agent lets it go', async () => {
  const record = await service.ask(asked())
  store.state.actions.put({ ...record, policy: 'p' })
  clock.ns += 1000e9
  service.settle()
  expect(steps(record.id)).toHaveLength(1)
})

test('beyond what an agent can fetch a record is refused, and an answer, too', async () => {
  for (let count = 0; count < 1000; count++) orders.give('h', { kind: 'undo', id: 'x', actionId: 'x', userId: 'u' })
  const { id, phase } = await service.ask(asked())
  expect([phase, steps(id)]).toEqual(['refused', [['refused', 'too much is asked of the agent of h that it has not fetched yet']]])
  expect(await service.ask(asked({ mode: 'dry-run' }))).toMatchObject({ phase: 'refused' })
  store.state.actions.put({ ...(await service.ask(asked())), phase: 'asked', policy: 'p' })
  const waiting = store.state.actions.list({ phase: 'asked' }, { limit: 1, cursor: undefined }).items[0]?.id ?? ''
  expect(() => service.answer('approve', waiting, 'ada')).toThrow('too much is asked')
})
