/** What tests of the responder have in common: an action whose doing can be looked at, and a responder over a folder. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { z } from 'zod'
import type { ActionRecord } from '../findings/action-record.ts'
import { AppError } from '../lib/app-error.ts'
import { createLog } from '../lib/log.ts'
import { type AnyAction, defineAction } from './action.ts'
import { signalByPid } from './evidence/freeze.ts'
import { createGuard } from './guard.ts'
import { openJournal } from './journal.ts'
import type { ResponseRequest } from './request.ts'
import { createResponder, type Responder } from './responder.ts'

/** The folder of the test that runs. */
export const place = { folder: '' }

/** Call it once in a file of tests. */
export function useFolder(): void {
  beforeEach(() => {
    place.folder = mkdtempSync(join(tmpdir(), 'tarsier-responder-'))
  })
  afterEach(() => rmSync(place.folder, { recursive: true, force: true }))
}

/** Writes a file: what it does can be looked at, taken back, and lost. */
export const mark = defineAction({
  name: 'mark',
  doc: 'Writes a file.',
  needs: 'process',
  schema: z.strictObject({
    path: z.string(),
    pids: z.array(z.number()).default([]),
    fail: z.boolean().default(false),
    lie: z.boolean().default(false),
  }),
  examples: [],
  repeatable: true,
  reach: async (_, { pids }) => ({ pids, processes: pids.map(String), processCount: pids.length, containers: [] }),
  run: async (_, { path, fail, lie }) => {
    if (fail) throw new AppError('ACTION_FAILED', { action: 'mark', reason: 'it was asked to' })
    if (!lie) writeFileSync(path, 'x')
    return { summary: 'written', detail: { bytes: 1 }, undo: { path } }
  },
  verify: async (_, { path }) => ({ verified: existsSync(path), summary: existsSync(path) ? 'it is there' : 'it is not there' }),
  undo: async ({ path }) => {
    rmSync(String(path))
    return 'removed'
  },
})

export interface Scene {
  readonly responder: Responder
  readonly records: ActionRecord[]
  readonly clock: { now: number }
  /** What the steps of a record were, the last record first. */
  readonly phases: (id?: string) => readonly string[]
}

export function scene({
  actions = [mark] as readonly AnyAction[],
  ownPids = [] as number[],
  protects = (): string | undefined => undefined,
  cgroups = '/sys/fs/cgroup',
} = {}): Scene {
  const clock = { now: 1e18 }
  const records: ActionRecord[] = []
  const log = createLog({ write: () => undefined, format: 'text', level: 'info', colour: false, nowNs: () => clock.now })
  let number = 0
  const responder = createResponder({
    actions,
    guard: createGuard({ proc: '/proc', ownPids: () => ownPids, protects }),
    journal: openJournal(join(place.folder, 'active.json'), log),
    host: {
      native: {
        ...{ signalProcess: signalByPid('/proc'), heldSockets: () => [], restrictNetwork: () => 0, releaseNetwork: () => 0 },
        ...{ networkState: () => undefined, isRestricted: () => false, tryConnect: () => 0 },
      },
      ...{ proc: '/proc', cgroups, state: place.folder, nowNs: () => clock.now, log },
    },
    tell: (record) => records.push(record),
    newId: () => `act-${++number}`,
  })
  const phases = (id = records.at(-1)?.id): readonly string[] =>
    records.findLast((one) => one.id === id)?.steps.map(({ phase }) => phase) ?? []
  return { responder, records, clock, phases }
}

export type More = Partial<Omit<ResponseRequest, 'steps'>> & {
  readonly settings?: Record<string, unknown>
  readonly forNs?: number
  readonly pid?: number
}

export function asked({ settings = {}, forNs, pid = 4_000_000, ...more }: More = {}): ResponseRequest {
  return {
    subject: {
      ...{ hostname: 'h', findingId: 'f1', container: undefined, file: undefined, address: undefined },
      process: { pid, startNs: 5, name: 'odd', exePath: '' },
    },
    steps: [{ action: mark, settings: { path: join(place.folder, 'mark'), ...settings }, forNs, onFailure: 'stop' }],
    ...{ mode: 'act', limits: { perMinute: 10, concurrent: 4, processes: 100, containers: 1 }, askForNs: 60e9, policy: 'p' },
    ...{ workload: undefined, heldBack: undefined, userId: undefined, incidentId: undefined, recordId: undefined, ...more },
  }
}

export async function settle({ responder }: Scene): Promise<void> {
  await responder.idle()
}
