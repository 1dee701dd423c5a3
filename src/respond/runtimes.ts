/** Every container runtime, one line each, and which of them has a container. */
import { AppError } from '../lib/app-error.ts'
import { type ContainerScope, holds, isEmpty, scopeOf } from './container-scope.ts'
import { findProcess } from './host/processes.ts'
import { containerd } from './runtimes/containerd.ts'
import { cri } from './runtimes/cri.ts'
import { docker } from './runtimes/docker.ts'
import { runc } from './runtimes/runc.ts'
import { type ContainerRuntime, type Located, type RuntimeName, type RuntimeSettings, SAFE_ID } from './runtimes/runtime.ts'
import type { ActionSubject } from './subject.ts'

/** The one highest above the others comes first: what it does itself, it also knows of. */
const RUNTIMES: readonly ContainerRuntime[] = [docker, cri, containerd, runc]

/** For a question that changes nothing. One that hangs is asked no longer. */
export const QUESTION_MS = 2_000
/** For an order: runtimes answer when it is done. */
export const ORDER_MS = 20_000

export interface LocateOptions {
  readonly proc: string
  readonly signal: AbortSignal
  /** `pause`: only runtimes that can. */
  readonly to: 'pause' | 'stop'
}

export interface LocatedContainer {
  readonly container: Located
  readonly scope: ContainerScope
}

/**
 * Asks every runtime that is here, all at once. Throws AppError CONTAINER_UNKNOWN (with what each of them answered) where none has it, and
 * CONTAINER_AMBIGUOUS where two have different ones of that name and the subject's process does not tell which is meant, and CONTAINER_OTHER where that process lives
 * and is in none of them: it bears the name of a container that is not its own.
 */
export async function locate(
  { container, process }: Pick<ActionSubject, 'container' | 'process'>,
  settings: RuntimeSettings,
  { proc, signal, to }: LocateOptions,
): Promise<LocatedContainer> {
  const id = container?.id ?? ''
  if (!SAFE_ID.test(id)) throw new AppError('CONTAINER_UNKNOWN', { id, answers: 'no runtime has ids of this form' })
  const asked = RUNTIMES.filter(({ pause }) => to === 'stop' || pause !== undefined)
  const answers = await Promise.allSettled(asked.map((runtime) => runtime.find(id, settings, { timeoutMs: QUESTION_MS, signal })))
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value !== undefined ? [answer.value] : []))
  if (found.length === 0) throw new AppError('CONTAINER_UNKNOWN', { id, answers: answersText(asked, answers) })
  const located = found.map((one) => withPid(one, found)).map((one) => ({ container: one, scope: scopeOf(proc, one.pid) }))
  const runtimes = found.map(({ runtime }) => runtime).join(', ')
  const witness = process && findProcess(proc, process)
  const own = located.filter(({ scope }) => witness !== undefined && holds(proc, scope, witness.pid))
  if (witness !== undefined && own.length === 0 && !located.every(({ scope }) => isEmpty(scope)))
    throw new AppError('CONTAINER_OTHER', { id, runtimes, pid: witness.pid })
  const isOne = new Set(located.map((one) => one.container.pid)).size === 1
  const [first] = own.length > 0 ? own : isOne ? located : []
  if (first === undefined) throw new AppError('CONTAINER_AMBIGUOUS', { id, runtimes })
  return first
}

/** Not every runtime tells it; a full id is the same container for all of them. */
function withPid(container: Located, all: readonly Located[]): Located {
  if (container.pid > 0) return container
  const other = all.find(({ id, pid }) => pid > 0 && id === container.id)
  return other === undefined ? container : { ...container, pid: other.pid }
}

function answersText(asked: readonly ContainerRuntime[], answers: readonly PromiseSettledResult<unknown>[]): string {
  return asked
    .map(({ name }, index) => {
      const answer = answers[index]
      return answer?.status === 'rejected' ? (answer.reason as Error).message : `${name} is not here, or does not know it`
    })
    .join('; ')
}

/** Throws AppError RUNTIME_FAILED for a name that no runtime has (of state that another version wrote). */
export function runtimeNamed(name: string): ContainerRuntime {
  const runtime = RUNTIMES.find((one) => one.name === (name as RuntimeName))
  if (runtime === undefined) throw new AppError('RUNTIME_FAILED', { runtime: name, place: '', reason: 'is no runtime that is known here' })
  return runtime
}
