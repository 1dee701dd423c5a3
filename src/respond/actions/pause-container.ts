/** Every process of a container stands still until it is taken back: what it has in memory stays for whoever looks. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { type ActionContext, type Done, defineAction, type UndoState } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import { reachOf } from '../container-reach.ts'
import { frozennessOf, processesOf } from '../container-scope.ts'
import { type Asking, type Located, RUNTIME_PLACES, type RuntimeSettings, runtimeSettings } from '../runtimes/runtime.ts'
import { locate, ORDER_MS, QUESTION_MS, runtimeNamed } from '../runtimes.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'pause-container'

export const pauseContainer = defineAction({
  name: NAME,
  doc: 'Asks the container’s runtime (Docker, containerd, runc) to freeze all its processes. Taking it back lets them go on.',
  needs: 'container',
  schema: z.object(runtimeSettings),
  places: RUNTIME_PLACES,
  examples: [
    { doc: 'Found through whichever runtime has it.', with: {} },
    { doc: 'A Docker Engine elsewhere.', with: { dockerSocket: '/srv/docker/docker.sock' } },
  ],
  reach: (subject, config, context) => asFailureOf(NAME, async () => reachOf(subject, await find(subject, config, context), context.proc)),
  alone: () => ({ action: 'freeze', settings: { scope: 'process' } }),
  run: (subject, config, context) => asFailureOf(NAME, () => pause(subject, config, context)),
  verify: (subject, config, _done, context) => asFailureOf(NAME, () => verify(subject, config, context)),
  undo: (state, context) => asFailureOf(NAME, () => resume(state, context)),
})

const find = (subject: ActionSubject, config: RuntimeSettings, { proc, signal }: ActionContext) =>
  locate(subject, config, { proc, signal, to: 'pause' })

const questions = (signal: AbortSignal): Asking => ({ timeoutMs: QUESTION_MS, signal })
const orders = (signal: AbortSignal): Asking => ({ timeoutMs: ORDER_MS, signal })

async function pause(subject: ActionSubject, config: RuntimeSettings, context: ActionContext): Promise<Done> {
  const { container } = await find(subject, config, context)
  const runtime = runtimeNamed(container.runtime)
  const detail = { runtime: container.runtime, container: container.id, initPid: container.pid }
  const before = await runtime.state(container, questions(context.signal))
  if (before === 'stopped') throw new AppError('ACTION_GONE', { action: NAME, reason: `the container ${container.id} has ended` })
  // Who paused it before, resumes it.
  if (before === 'paused') return { summary: `${container.runtime} had paused it before`, detail, undo: undefined }
  context.note?.({ ...container })
  await runtime.pause?.(container, orders(context.signal))
  return { summary: `${container.runtime} was told to pause it`, detail, undo: { ...container } }
}

async function verify(subject: ActionSubject, config: RuntimeSettings, context: ActionContext) {
  const { container, scope } = await find(subject, config, context)
  const said = await runtimeNamed(container.runtime).state(container, questions(context.signal))
  if (said !== 'paused') return { verified: false, summary: `${container.runtime} says that it is ${said}` }
  const pids = processesOf(context.proc, scope).map(({ pid }) => pid)
  const seen = frozennessOf(context.proc, context.cgroups, pids)
  switch (seen) {
    case 'frozen':
      return {
        verified: true,
        summary: `${container.runtime} says that it is paused, and the kernel that its ${pids.length} processes are frozen`,
      }
    case 'not-visible':
      return { verified: true, summary: `${container.runtime} says that it is paused; its control group cannot be looked at from here` }
    case 'running':
      return { verified: false, summary: `${container.runtime} says that it is paused, but the kernel that it is not frozen` }
    default:
      return seen satisfies never
  }
}

/** How long what was told to go on may take to do so. */
const THAW_MS = 2_000

async function resume(state: UndoState, { signal }: ActionContext): Promise<string> {
  const container = state as unknown as Located
  const runtime = runtimeNamed(container.runtime)
  const before = await runtime.state(container, questions(signal))
  if (before === 'stopped') return 'the container has ended meanwhile'
  if (before === 'running') return 'somebody let it go on before'
  await runtime.resume?.(container, orders(signal))
  const until = Date.now() + THAW_MS
  while ((await runtime.state(container, questions(signal))) === 'paused') {
    if (Date.now() > until)
      throw new AppError('ACTION_FAILED', { action: NAME, reason: `${container.runtime} says that it is still paused` })
    await sleep(50)
  }
  return `${container.runtime} lets it go on`
}
