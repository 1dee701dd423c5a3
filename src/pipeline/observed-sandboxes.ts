/** What `prove` and `noise` share: sandboxes under the live sensor, and that nothing of them stays behind. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Engine } from '../detect/engine.ts'
import { AppError } from '../lib/app-error.ts'
import { missingPrograms } from '../prove/cases.ts'
import type { Sandboxes } from '../prove/observer.ts'
import { SANDBOX_PROGRAMS, UNDERTAKER } from '../prove/sandbox.ts'
import type { AgentHost } from './agent.ts'
import { observe } from './observer.ts'
import { watchSignals } from './stop-signals.ts'

export interface ObservedSandboxes extends Sandboxes {
  /** Events lost so far. */
  readonly lost: () => number
}

/** Throws AppError PROVE_PROGRAMS. */
export function requireSandboxPrograms(): void {
  const missing = missingPrograms(Object.keys(SANDBOX_PROGRAMS))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map((program) => SANDBOX_PROGRAMS[program]))].join(' ')
  throw new AppError('PROVE_PROGRAMS', { programs: missing.join(', '), packages })
}

interface Setting {
  readonly engine: Engine
  readonly host: AgentHost
  /** Safe in a path. */
  readonly prefix: string
  /** Whether rules in shadow make findings. */
  readonly shadow: boolean
}

/** Throws AppError SENSOR_*. */
export async function withObservedSandboxes<T>(
  { engine, host, shadow, ...setting }: Setting,
  work: (given: ObservedSandboxes) => Promise<T>,
) {
  const prefix = `${setting.prefix}-${randomBytes(6).toString('hex')}`
  const undertaker = spawn('/bin/sh', [UNDERTAKER, prefix], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  const observer = observe(engine, host, shadow)
  const signals = watchSignals()
  let stopped = false
  void signals.stopped.then(() => (stopped = true))
  try {
    return await work({ observer, prefix, stopped: () => stopped, lost: observer.lost })
  } finally {
    signals.close()
    await observer.stop()
    undertaker.stdin?.end()
    if (undertaker.exitCode === null) await once(undertaker, 'exit')
  }
}
