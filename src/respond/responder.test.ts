import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AnyAction, Done, UndoState } from './action.ts'
import { asked, type More, mark, place, scene, settle, useFolder } from './responder-scene.ts'

useFolder()

test('a flood of findings is no flood of refusals: beyond some they are counted', async () => {
  const one = scene()
  for (let pid = 0; pid < 500; pid++) one.responder.request(asked({ pid: 4_000_000 + pid, limits: { ...asked().limits, perMinute: 1 } }))
  await settle(one)
  const refused = one.records.filter(({ phase }) => phase === 'refused').length
  expect([refused, one.responder.counts().untold]).toEqual([20, 479])
})

test('decoys of one workload leave room for others, within the limit of all', async () => {
  const one = scene()
  let pid = 4_000_000
  const begun = async (workload: string): Promise<number> => {
    const before = one.records.filter(({ phase }) => phase === 'verified').length
    for (let turn = 0; turn < 50; turn++)
      one.responder.request(asked({ pid: pid++, workload, limits: { ...asked().limits, concurrent: 99 } }))
    await settle(one)
    return one.records.filter(({ phase }) => phase === 'verified').length - before
  }
  expect([await begun('decoys'), await begun('decoys'), await begun('b'), await begun('c'), await begun('d'), await begun('e')]).toEqual([
    5, 0, 3, 1, 1, 0,
  ])
  const refused = one.records.filter(({ phase }) => phase === 'refused')
  expect(refused[0]?.steps.at(-1)?.detail).toBe('it began 5 times within the last minute, and keeps room for other workloads')
  expect([refused.length, one.responder.counts().untold]).toEqual([20, 270])
})

test('what is under way for one workload leaves room for another, and what had no room is tried again when it has', async () => {
  const one = scene()
  const { promise: end, resolve } = Promise.withResolvers<Done>()
  const slow: AnyAction = { ...mark, run: () => end }
  const request = (pid: number, workload: string): void => {
    const first = asked({ pid, workload })
    one.responder.request({ ...first, steps: first.steps.map((step) => ({ ...step, action: slow })) })
  }
  for (const pid of [1001, 1002, 1003]) request(pid, 'decoys')
  request(1004, 'other')
  const phaseOf = (pid: number): string | undefined => one.records.findLast(({ target }) => target.includes(`${pid} `))?.phase
  await expect.poll(() => [1001, 1002, 1003, 1004].map(phaseOf)).toEqual(['allowed', 'allowed', 'refused', 'allowed'])
  resolve({ summary: '', detail: {}, undo: undefined })
  await settle(one)
  request(1003, 'decoys')
  await settle(one)
  expect([phaseOf(1003), one.responder.counts().repeated]).toEqual(['unverified', 0])
})

test('decoys of one workload leave room among those that wait for a person, and the same is asked once', async () => {
  const one = scene()
  for (let turn = 0; turn < 600; turn++) one.responder.request(asked({ mode: 'ask', pid: 10_000 + turn, workload: 'decoys' }))
  expect(one.responder.counts().waiting).toBe(250)
  one.responder.request(asked({ mode: 'ask', pid: 9999, workload: 'other' }))
  expect(one.records.at(-1)?.phase).toBe('asked')
  one.clock.now += 61e9
  one.responder.request(asked({ mode: 'ask', pid: 9999, workload: 'other' }))
  expect([one.responder.counts().waiting, one.responder.counts().repeated]).toEqual([251, 1])
})

test('another file of the same process is another target, and the same file is not', async () => {
  const one = scene()
  const touched: (string | undefined)[] = []
  const run: AnyAction['run'] = async ({ file }) => {
    touched.push(file)
    return { summary: '', detail: {}, undo: undefined }
  }
  const take: AnyAction = { ...mark, name: 'take', needs: 'file', run }
  const request = (file: string): void => {
    const first = asked()
    const step = { settings: { path: join(place.folder, 'mark') }, forNs: undefined, onFailure: 'continue' } as const
    one.responder.request({
      ...first,
      subject: { ...first.subject, file },
      steps: [
        { ...step, action: { ...mark, needs: 'none' } },
        { ...step, action: take },
      ],
    })
  }
  for (const file of ['/tmp/decoy', '/tmp/decoy', '/tmp/payload']) request(file)
  await settle(one)
  expect([touched, one.responder.counts().repeated]).toEqual([['/tmp/decoy', '/tmp/payload'], 1])
})

test('it is allowed, executed, verified, and taken back when its time is over', async () => {
  const one = scene()
  one.responder.request(asked({ forNs: 60e9 }))
  await settle(one)
  expect(one.phases()).toEqual(['allowed', 'executed', 'verified'])
  expect(one.records.at(-1)).toMatchObject({
    target: 'process 4000000 (odd)',
    undoable: true,
    expiresNs: 1e18 + 60e9,
    detail: { bytes: 1 },
  })
  one.clock.now += 59e9
  one.responder.tick()
  await settle(one)
  expect(existsSync(join(place.folder, 'mark'))).toBe(true)
  one.clock.now += 2e9
  one.responder.tick()
  await settle(one)
  expect(one.phases()).toEqual(['allowed', 'executed', 'verified', 'rolled-back'])
  expect([existsSync(join(place.folder, 'mark')), one.records.at(-1)?.undoable]).toEqual([false, false])
})

test.each(['somebody takes it back', 'its time is over'])(
  '%s while it is being verified: it is taken back once that is done, and nothing of it stands',
  async (why) => {
    const { promise: seen, resolve } = Promise.withResolvers<void>()
    const slow: AnyAction = { ...mark, verify: (...of) => seen.then(() => mark.verify(...of)) }
    const one = scene({ actions: [slow] })
    const first = asked({ forNs: 60e9 })
    one.responder.request({ ...first, steps: first.steps.map((step) => ({ ...step, action: slow })) })
    await expect.poll(() => one.phases()).toEqual(['allowed', 'executed'])
    one.clock.now += 61e9
    if (why === 'its time is over') one.responder.tick()
    else expect(one.responder.answer('undo', 'act-1', 'u')).toBeUndefined()
    await new Promise(setImmediate)
    resolve()
    await settle(one)
    one.responder.tick()
    await settle(one)
    expect(one.phases()).toEqual(['allowed', 'executed', 'verified', 'rolled-back'])
    expect([one.responder.counts().standing, existsSync(join(place.folder, 'mark'))]).toEqual([0, false])
  },
)

test('a dry run changes nothing, and tells whom it would touch', async () => {
  const one = scene()
  one.responder.request(asked({ mode: 'dry-run', settings: { pids: [1, 2] } }))
  await settle(one)
  expect(one.phases()).toEqual(['planned'])
  expect(one.records.at(-1)).toMatchObject({ reach: { processCount: 2, processes: ['1', '2'] } })
  expect(one.records.at(-1)?.steps[0]?.detail).toContain('would be refused: process 1')
  expect(existsSync(join(place.folder, 'mark'))).toBe(false)
})

test.each([
  [
    'too many processes',
    { settings: { pids: [400_001, 400_002] }, limits: { perMinute: 9, concurrent: 9, processes: 1, containers: 1 } },
    /2 processes, and may touch 1/,
  ],
  ['the first process', { settings: { pids: [1] } }, /process 1 .* first process of the host/],
  ['a thread of the kernel', { settings: { pids: [2] } }, /process 2 .* thread of the kernel/],
  ['Tarsier itself', { settings: { pids: [process.pid] } }, /it is Tarsier/],
  ['what a protection is for', { settings: { pids: [process.ppid] } }, /the protection “mine”/],
])('the guard refuses: %s', async (_, more, reason) => {
  const one = scene({ ownPids: [process.pid], protects: () => 'mine' })
  one.responder.request(asked(more as More))
  await settle(one)
  expect(one.phases()).toEqual(['refused'])
  expect(one.records.at(-1)?.steps.at(-1)?.detail).toMatch(reason)
  expect(existsSync(join(place.folder, 'mark'))).toBe(false)
})

test('what cannot be shown to have worked is unverified, and what fails is failed: the steps behind are not done', async () => {
  const one = scene()
  const [step] = asked().steps
  const lie = { ...asked({ settings: { lie: true } }), policy: 'lie' }
  one.responder.request({ ...lie, steps: [...lie.steps, ...(step ? [step] : [])] })
  await settle(one)
  expect(one.phases('act-1')).toEqual(['allowed', 'executed', 'unverified'])
  expect(one.phases('act-2')).toEqual(['refused'])
  one.responder.request(asked({ settings: { fail: true }, policy: 'fail' }))
  await settle(one)
  expect(one.phases()).toEqual(['allowed', 'failed'])
  expect(one.records.at(-1)?.steps.at(-1)?.detail).toContain('it was asked to')
})

test('who is asked says yes, no, or nothing', async () => {
  const one = scene()
  for (const pid of [1001, 1002, 1003])
    one.responder.request(asked({ mode: 'ask', pid, settings: { path: join(place.folder, String(pid)) } }))
  expect(one.records.map(({ phase }) => phase)).toEqual(['asked', 'asked', 'asked'])
  expect(one.responder.answer('approve', 'act-1', 'ann')).toBeUndefined()
  expect(one.responder.answer('deny', 'act-2', 'ben')).toBeUndefined()
  await settle(one)
  one.clock.now += 61e9
  one.responder.tick()
  expect([one.phases('act-1'), one.phases('act-2'), one.phases('act-3')]).toEqual([
    ['asked', 'allowed', 'executed', 'verified'],
    ['asked', 'denied'],
    ['asked', 'expired'],
  ])
  expect([existsSync(join(place.folder, '1001')), existsSync(join(place.folder, '1002')), existsSync(join(place.folder, '1003'))]).toEqual([
    true,
    false,
    false,
  ])
  expect(one.responder.answer('approve', 'act-3', 'ann')).toMatch(/nothing waits/)
  expect(['act-1', 'act-2'].map((wanted) => one.records.findLast(({ id }) => id === wanted)?.userId)).toEqual(['ann', 'ben'])
})

test('a person takes it back', async () => {
  const one = scene()
  one.responder.request(asked())
  await settle(one)
  expect(one.responder.answer('undo', 'act-1', 'ann')).toBeUndefined()
  await settle(one)
  expect(one.phases('act-1').at(-1)).toBe('rolled-back')
  expect(one.responder.answer('undo', 'act-1', 'ann')).toMatch(/does not stand/)
})

test('what cannot be taken back is said, and tried again', async () => {
  const one = scene()
  one.responder.request(asked({ forNs: 1e9 }))
  await settle(one)
  rmSync(join(place.folder, 'mark'))
  one.clock.now += 2e9
  one.responder.tick()
  await settle(one)
  expect(one.phases().at(-1)).toBe('rollback-failed')
  one.responder.tick()
  await settle(one)
  expect(one.phases().filter((phase) => phase === 'rollback-failed')).toHaveLength(1)
  writeFileSync(join(place.folder, 'mark'), 'x')
  one.clock.now += 61e9
  one.responder.tick()
  await settle(one)
  expect(one.phases().at(-1)).toBe('rolled-back')
})

test('the same for the same target is done once, and no response does more than it may', async () => {
  const one = scene()
  for (let turn = 0; turn < 5; turn++) one.responder.request(asked())
  await settle(one)
  expect([one.records.filter(({ phase }) => phase === 'executed').length, one.responder.counts().repeated]).toEqual([1, 4])
  const limits = { perMinute: 3, concurrent: 9, processes: 9, containers: 1 }
  for (let pid = 2000; pid < 2006; pid++)
    one.responder.request(asked({ policy: 'q', pid, limits, settings: { path: join(place.folder, String(pid)) } }))
  await settle(one)
  const outcomes = one.records.filter(({ policy }) => policy === 'q').map(({ phase }) => phase)
  expect(outcomes.filter((phase) => phase === 'verified')).toHaveLength(3)
  expect(outcomes.filter((phase) => phase === 'refused')).toHaveLength(3)
})

test('the next agent takes back what is over, and does again what was lost with the last one', async () => {
  const first = scene()
  first.responder.request(asked({ forNs: 600e9 }))
  first.responder.request(asked({ policy: 'q', forNs: 1e9, settings: { path: join(place.folder, 'short') } }))
  await settle(first)
  rmSync(join(place.folder, 'mark'))
  const next = scene()
  next.clock.now += 5e9
  await next.responder.resume()
  next.responder.tick()
  await settle(next)
  expect([existsSync(join(place.folder, 'mark')), existsSync(join(place.folder, 'short'))]).toEqual([true, false])
  expect(next.phases('act-1')).toEqual(['allowed', 'executed', 'verified', 'executed', 'verified'])
  expect(next.phases('act-2').at(-1)).toBe('rolled-back')
  expect(JSON.parse(readFileSync(join(place.folder, 'active.json'), 'utf8'))).toHaveLength(1)
})

test('what was done to something that is gone is not done again to what has come into its place', async () => {
  const one = scene()
  one.responder.request(asked())
  await settle(one)
  rmSync(join(place.folder, 'mark'))
  const lost: AnyAction = { ...mark, verify: async () => ({ verified: false, isLost: true, summary: 'another one is there' }) }
  const next = scene({ actions: [lost] })
  await next.responder.resume()
  expect(next.records.at(-1)?.steps.at(-1)).toMatchObject({ phase: 'failed', detail: expect.stringContaining('another one is there') })
  expect([existsSync(join(place.folder, 'mark')), next.responder.counts().standing]).toEqual([false, 0])
})

/** Of an agent that was killed right after it had noted how to take it back. */
async function killedAgent(undo: UndoState | undefined, more: More = {}): Promise<void> {
  const { promise: never } = Promise.withResolvers<never>()
  const { promise: atWork, resolve } = Promise.withResolvers<void>()
  const stuck: AnyAction = {
    ...mark,
    run: (_subject, _config, { note }) => {
      if (undo !== undefined) note?.(undo)
      resolve()
      return never
    },
  }
  const killed = scene({ actions: [stuck] })
  const request = asked(more)
  killed.responder.request({ ...request, steps: request.steps.map((step) => ({ ...step, action: stuck })) })
  await atWork
}

test('what an agent was killed at is taken back by the next one, as it had noted', async () => {
  writeFileSync(join(place.folder, 'mark'), 'half')
  await killedAgent({ path: join(place.folder, 'mark') })
  const next = scene()
  await next.responder.resume()
  expect(next.phases()).toEqual(['allowed', 'rolled-back'])
  expect(next.records.at(-1)?.steps.at(-1)?.detail).toContain('the agent ended while it was at it')
  expect([existsSync(join(place.folder, 'mark')), readFileSync(join(place.folder, 'active.json'), 'utf8')]).toEqual([false, '[]\n'])
})

test('what cannot be taken back after a kill is tried again', async () => {
  await killedAgent({ path: join(place.folder, 'mark') })
  const next = scene()
  await next.responder.resume()
  expect(next.phases().at(-1)).toBe('rollback-failed')
  writeFileSync(join(place.folder, 'mark'), 'half')
  next.clock.now += 61e9
  next.responder.tick()
  await settle(next)
  expect(next.phases().at(-1)).toBe('rolled-back')
})

test('what had noted nothing is done once more where that does no harm, and the guard is asked again', async () => {
  await killedAgent(undefined)
  const next = scene()
  await next.responder.resume()
  expect(next.phases()).toEqual(['allowed', 'allowed', 'executed', 'verified'])
  await killedAgent(undefined, { policy: 'other', settings: { pids: [process.pid] } })
  const guarded = scene({ ownPids: [process.pid] })
  await guarded.responder.resume()
  expect(guarded.phases()).toEqual(['allowed', 'refused'])
})

test('what must not be done twice is said to have failed', async () => {
  await killedAgent(undefined)
  const { repeatable: _, ...once } = mark
  const next = scene({ actions: [once] })
  await next.responder.resume()
  expect(next.phases()).toEqual(['allowed', 'failed'])
  expect(existsSync(join(place.folder, 'mark'))).toBe(false)
})

test('without what an action needs nothing is done', async () => {
  const one = scene()
  const request = asked()
  one.responder.request({ ...request, subject: { ...request.subject, process: undefined } })
  await settle(one)
  expect(one.records.at(-1)?.steps.at(-1)?.detail).toBe('no process is known to do it to')
})
