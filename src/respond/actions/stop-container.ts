/** Ends a container by its runtime, which so knows that it is meant to be down. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { type ActionContext, type Done, defineAction, type Verification } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import { reachOf } from '../container-reach.ts'
import { type ContainerScope, processesOf } from '../container-scope.ts'
import { type Asking, type Located, RUNTIME_PLACES, type RuntimeSettings, runtimeSettings } from '../runtimes/runtime.ts'
import { locate, ORDER_MS, QUESTION_MS, runtimeNamed } from '../runtimes.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'stop-container'
const POLL_MS = 50
/** How long what was killed may take to be gone. */
const GONE_MS = 5_000

const schema = z.object({
  graceMs: z
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(10_000)
    .describe('How long it may take to end by itself (SIGTERM, or what its image asks for) before it is killed, in ms. Default: 10000.'),
  ...runtimeSettings,
})
type Settings = z.infer<typeof schema>

export const stopContainer = defineAction({
  name: NAME,
  doc: 'Asks the container’s runtime (Docker, CRI, containerd, runc) to stop it, and kills what still runs after a while. Kubernetes may start another in its place.',
  needs: 'container',
  schema,
  places: RUNTIME_PLACES,
  examples: [
    { doc: 'Ten seconds to end by itself.', with: {} },
    { doc: 'Killed at once.', with: { graceMs: 0 } },
  ],
  reach: (subject, config, context) => asFailureOf(NAME, async () => reachOf(subject, await find(subject, config, context), context.proc)),
  alone: () => ({ action: 'kill-process', settings: {} }),
  run: (subject, config, context) => asFailureOf(NAME, () => stop(subject, config, context)),
  verify: (_subject, _config, done, context) => asFailureOf(NAME, () => verify(done, context)),
  undo: undefined,
})

const find = (subject: ActionSubject, config: RuntimeSettings, { proc, signal }: ActionContext) =>
  locate(subject, config, { proc, signal, to: 'stop' })

const questions = (signal: AbortSignal): Asking => ({ timeoutMs: QUESTION_MS, signal })
const orders = (signal: AbortSignal): Asking => ({ timeoutMs: ORDER_MS, signal })

async function stop(subject: ActionSubject, config: Settings, context: ActionContext): Promise<Done> {
  const { container, scope } = await find(subject, config, context)
  const runtime = runtimeNamed(container.runtime)
  // What it is known by when it has ended.
  const detail = { ...container, processes: processesOf(context.proc, scope).length, scope: JSON.stringify(scope) }
  const asking = orders(context.signal)
  switch (await runtime.state(container, questions(context.signal))) {
    case 'stopped':
      return { summary: 'it had ended before', detail, undo: undefined }
    case 'paused':
      // Frozen processes take no signal to heart: they are let go into their end, not given time to act.
      await killPaused(container, context.signal)
      return { summary: `${container.runtime} killed it; it was paused`, detail, undo: undefined }
    case 'running':
      break
  }
  if (config.graceMs > 0) await runtime.stop(container, config.graceMs, asking)
  if (config.graceMs > 0 && (await endsWithin(container, config.graceMs, context)))
    return { summary: `${container.runtime} stopped it`, detail, undo: undefined }
  await runtime.kill(container, asking)
  return { summary: `${container.runtime} killed it`, detail, undo: undefined }
}

async function killPaused(container: Located, signal: AbortSignal): Promise<void> {
  const runtime = runtimeNamed(container.runtime)
  try {
    await runtime.kill(container, orders(signal))
  } catch (error) {
    // Docker takes no signal for what is paused; others keep it for the moment of the thaw, or thaw themselves.
    if (!(error instanceof AppError)) throw error
  }
  if ((await runtime.state(container, questions(signal))) === 'paused') await runtime.resume?.(container, orders(signal))
  if ((await runtime.state(container, questions(signal))) !== 'stopped') await runtime.kill(container, orders(signal))
}

async function endsWithin(container: Located, graceMs: number, { signal }: ActionContext): Promise<boolean> {
  const until = Date.now() + graceMs
  for (;;) {
    if ((await runtimeNamed(container.runtime).state(container, questions(signal))) === 'stopped') return true
    if (Date.now() >= until) return false
    await sleep(POLL_MS, undefined, { signal })
  }
}

/** The processes are counted by the kernel's word alone: a runtime that calls a container stopped is not believed. */
async function verify({ detail }: Done, context: ActionContext): Promise<Verification> {
  const container = detail as unknown as Located
  const scope = JSON.parse(String(detail.scope)) as ContainerScope
  const until = Date.now() + GONE_MS
  let alive = processesOf(context.proc, scope)
  while (alive.length > 0 && Date.now() < until) {
    await sleep(POLL_MS, undefined, { signal: context.signal })
    alive = processesOf(context.proc, scope)
  }
  const said = await runtimeNamed(container.runtime).state(container, questions(context.signal))
  const named = alive.slice(0, 5).map(({ pid, name }) => `${pid} ${name}`)
  if (alive.length > 0)
    return { verified: false, summary: `${container.runtime} says ${said}, but ${alive.length} of its processes live: ${named.join(', ')}` }
  if (said !== 'stopped') return { verified: false, summary: `${container.runtime} says that it is ${said}` }
  if (scope.cgroups.length === 0 && scope.pidNamespace === undefined)
    return {
      verified: Number(detail.pid) === 0,
      summary: `${container.runtime} says that it is stopped; its processes could not be told from the host’s`,
    }
  return { verified: true, summary: `none of its processes lives, and ${container.runtime} says that it is stopped` }
}
