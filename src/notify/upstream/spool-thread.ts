/** Starts the spool's thread, says what it says, and starts another when it ends of itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Transferable, Worker } from 'node:worker_threads'
import type { Log } from '../../lib/log.ts'
import type { FromThread, SpoolSettings, ToThread } from './messages.ts'

export interface SpoolThreadOptions {
  readonly settings: SpoolSettings
  readonly log: Log
  /** Called when another thread has been started in its place. */
  readonly onDeath: () => void
}

export interface SpoolThread {
  /** What is posted while no thread runs is what onDeath has to make good. */
  readonly post: (message: ToThread, transfer?: readonly Transferable[]) => void
  /** Lets it send for so long, then ends it. */
  readonly end: (timeoutMs: number) => Promise<void>
}

const THREAD = new URL('./thread.ts', import.meta.url)
/** It holds some batches at a time; a bug in it must not take the agent's memory. */
const LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 4 }
const RESTART_MS = 1000
/** For the last writes, when its time for sending is over. */
const GRACE_MS = 1000

export function keepSpoolThread({ settings, log, onDeath }: SpoolThreadOptions): SpoolThread {
  let ending = false
  let alive = false
  let worker = start()

  function start(): Worker {
    const started = new Worker(THREAD, { workerData: settings, resourceLimits: LIMITS, execArgv: [], name: 'spool' })
    started.on('message', ({ level, message, facts }: FromThread) => log[level](message, facts))
    started.on('error', (error) => log.error('the thread that keeps findings for the server failed', { reason: error.message }))
    started.once('exit', () => void restart())
    started.unref()
    alive = true
    return started
  }

  async function restart(): Promise<void> {
    alive = false
    await sleep(RESTART_MS, undefined, { ref: false })
    if (ending) return
    worker = start()
    onDeath()
  }

  async function end(timeoutMs: number): Promise<void> {
    ending = true
    if (!alive) return
    const late = new AbortController()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ kind: 'end', timeoutMs } satisfies ToThread)
    await Promise.race([ended, sleep(timeoutMs + GRACE_MS, undefined, { signal: late.signal }).catch(() => {})])
    late.abort()
    await worker.terminate()
  }

  return Object.freeze({
    post: (message: ToThread, transfer: readonly Transferable[] = []) => worker.postMessage(message, transfer),
    end,
  })
}
