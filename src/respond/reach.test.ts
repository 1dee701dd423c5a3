/** Real actions and processes: who forks too much, and who has ended. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { AppError } from '../lib/app-error.ts'
import type { AnyAction } from './action.ts'
import { ACTIONS } from './actions.ts'
import { livingProcesses, readProcess } from './host/processes.ts'
import type { ResponseRequest } from './request.ts'
import { asked, type More, mark, place, scene, settle, useFolder } from './responder-scene.ts'

useFolder()
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) process.kill(-(child.pid ?? 0), 'SIGKILL')
})

/** A shell with three children, in a session of its own; ends with the test. */
async function crowd(): Promise<{ readonly pid: number; readonly startNs: number; readonly left: () => number }> {
  const child = spawn('sh', ['-c', 'sleep 60 & sleep 60 & sleep 60 & wait'], { detached: true, stdio: 'ignore' })
  children.push(child)
  const pid = child.pid ?? 0
  const family = (): readonly { readonly pid: number }[] =>
    livingProcesses('/proc').filter((one) => one.session === pid && (one.pid === pid || one.name === 'sleep'))
  await expect.poll(() => family().length).toBe(4)
  return { pid, startNs: readProcess('/proc', pid)?.startNs ?? 0, left: () => family().length }
}

const limited = { perMinute: 10, concurrent: 4, processes: 3, containers: 1 }

/** About that process, with a real action. */
const wish = (action: string, { pid, startNs }: { readonly pid: number; readonly startNs: number }, more: More = {}): ResponseRequest => ({
  ...asked({ limits: limited, ...more }),
  subject: { ...asked().subject, process: { pid, startNs, name: 'sh', exePath: '' } },
  steps: [{ action: ACTIONS.find(({ name }) => name === action) as AnyAction, settings: {}, forNs: undefined, onFailure: 'stop' }],
})

test.each(['kill-tree', 'kill-descendants'])(
  'too many children save nobody: %s ends the process alone then, and says so',
  async (action) => {
    const one = scene({ actions: ACTIONS })
    const many = await crowd()
    one.responder.request(wish(action, many, { mode: 'dry-run', policy: 'dry' }))
    await settle(one)
    const why = `1 process: the process alone, since ${action}: it would touch 4 processes, and may touch 3`
    expect(one.records.at(-1)).toMatchObject({ phase: 'planned', action: 'kill-process', steps: [{ detail: `would touch ${why}` }] })
    expect(many.left()).toBe(4)
    one.responder.request(wish(action, many))
    await settle(one)
    expect(one.phases()).toEqual(['allowed', 'executed', 'verified'])
    expect(one.records.at(-1)).toMatchObject({
      action: 'kill-process',
      detail: { insteadOf: action, tooMany: 4 },
      reach: { processCount: 1 },
    })
    expect(one.records.at(-1)?.steps[0]?.detail).toBe(`touches ${why}`)
    expect(many.left()).toBe(3)
  },
)

test('within the limit the whole tree is ended, and where one process is too many, too, nothing is done', async () => {
  const one = scene({ actions: ACTIONS })
  const many = await crowd()
  one.responder.request(wish('kill-tree', many, { limits: { ...limited, processes: 0 } }))
  await settle(one)
  expect([one.phases(), many.left()]).toEqual([['refused'], 4])
  one.responder.request(wish('kill-tree', many, { limits: { ...limited, processes: 4 }, policy: 'q' }))
  await settle(one)
  expect([one.records.at(-1)?.action, one.phases().at(-1), many.left()]).toEqual(['kill-tree', 'verified', 0])
})

const GONE = { pid: 4_194_303, startNs: 5 }

test.each(['kill-process', 'kill-tree', 'kill-descendants', 'freeze', 'isolate-network', 'capture-evidence'])(
  'a process that has ended by itself is none that could not be responded to: %s',
  async (action) => {
    const one = scene({ actions: ACTIONS })
    const { steps } = asked()
    one.responder.request({ ...wish(action, GONE), steps: [...wish(action, GONE).steps, ...steps] })
    await settle(one)
    expect(one.phases('act-1').at(-1)).toBe('gone')
    expect(one.phases('act-2').at(-1)).toBe('verified')
    one.responder.request(wish(action, GONE, { mode: 'dry-run', policy: 'dry' }))
    await settle(one)
    expect(one.phases('act-3')).toEqual(['planned'])
  },
)

test('who ended and left others behind has evaded: that is a failure', async () => {
  const one = scene({ actions: ACTIONS })
  const many = await crowd()
  process.kill(many.pid, 'SIGKILL')
  await expect.poll(() => many.left()).toBe(3)
  for (const action of ['kill-process', 'kill-tree']) {
    one.responder.request(wish(action, many, { policy: action }))
    await settle(one)
    expect(one.phases().at(-1)).toBe('failed')
    expect(one.records.at(-1)?.steps.at(-1)?.detail).toContain('3 that descend from it live on')
  }
})

test('what stands for something that has ended is taken away: at once, and by the next agent', async () => {
  const over = new AppError('ACTION_GONE', { action: 'mark', reason: 'it has ended' })
  const ending: AnyAction = { ...mark, verify: async () => Promise.reject(over) }
  const first = scene({ actions: [ending] })
  const request = asked({ policy: 'short' })
  first.responder.request({ ...request, steps: request.steps.map((step) => ({ ...step, action: ending })) })
  await settle(first)
  expect(first.phases()).toEqual(['allowed', 'executed', 'gone', 'rolled-back'])
  expect([existsSync(join(place.folder, 'mark')), first.responder.counts().standing]).toEqual([false, 0])
  first.responder.request(asked())
  await settle(first)
  expect(existsSync(join(place.folder, 'mark'))).toBe(true)
  const next = scene({ actions: [ending] })
  await next.responder.resume()
  expect(next.records.at(-1)?.steps.at(-1)).toMatchObject({ phase: 'rolled-back', detail: 'what it was done to has ended: removed' })
  expect([existsSync(join(place.folder, 'mark')), next.responder.counts().standing]).toEqual([false, 0])
})

const CGROUPS = spawnSync('findmnt', ['-n', '-t', 'cgroup2', '-o', 'TARGET'], { encoding: 'utf8' }).stdout?.trim().split('\n')[0] ?? ''

test('the control group of what was frozen, and ended with its agent, is taken away by the next one', async ({ skip }) => {
  if (CGROUPS === '' || process.getuid?.() !== 0) skip('control groups of version 2 take processes from root alone')
  const one = scene({ actions: ACTIONS, cgroups: CGROUPS })
  const many = await crowd()
  one.responder.request(wish('freeze', many, { limits: { ...limited, processes: 10 } }))
  await settle(one)
  const group = String(one.records.at(-1)?.detail.folder)
  expect([one.phases().at(-1), existsSync(group)]).toEqual(['verified', true])
  expect(group).toMatch(/tarsier-hold-[0-9a-f]{16}$/)
  process.kill(-many.pid, 'SIGKILL')
  children.length = 0
  await expect.poll(() => readFileSync(join(group, 'cgroup.events'), 'utf8')).toContain('populated 0')
  const next = scene({ actions: ACTIONS, cgroups: CGROUPS })
  await next.responder.resume()
  expect(next.records.at(-1)?.steps.at(-1)?.phase).toBe('rolled-back')
  expect([existsSync(group), next.responder.counts().standing]).toEqual([false, 0])
})
