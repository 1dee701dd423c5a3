/** Keeps the server running beside the agent: a process of its own, started anew when it ends, and ended with the agent. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, LogFacts } from '../../lib/log.ts'
import { createEcho } from './echo.ts'

export interface ServerProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** Takes what it prints, whole lines. */
  readonly print: (lines: string) => void
  readonly log: Log
}

export interface ServerProcess {
  /** Undefined while none runs. */
  readonly pid: () => number | undefined
  readonly restarts: () => number
  /** In good order, by force when that takes longer than `timeoutMs`. */
  readonly end: (timeoutMs: number) => Promise<void>
}

const FIRST_WAIT_MS = 1000
/** A start costs seconds of a processor: one that cannot succeed (a port that is taken) is seldom tried. */
const LAST_WAIT_MS = 5 * 60_000
/** Who lived so long has not failed to start. */
const STEADY_MS = 60_000
/** Whoever is watched comes first. */
const NICE = 5

/**
 * The server ends by itself when the agent does, however that ends: it watches the channel between the two, and its standard input, which are
 * closed then. It has a group of its own, so that Ctrl-C on a terminal reaches the agent alone, which ends it after the last findings.
 */
export function keepServer({ command, print, log }: ServerProcessOptions): ServerProcess {
  const [program = '', ...args] = command
  let child: ChildProcess | undefined
  let ending = false
  let restarts = 0
  let waitMs = FIRST_WAIT_MS
  let timer: NodeJS.Timeout | undefined
  const echo = createEcho(print)
  let endBefore = ''

  function start(): void {
    const begun = performance.now()
    const say = echo.begin()
    const started = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe', 'ipc'], detached: true })
    child = started
    started.stdin?.on('error', () => {}) // nothing is ever written to it
    eachLine(started.stdout, say)
    eachLine(started.stderr, say)
    started.once('spawn', () => beNice(started.pid))
    started.once('error', (error) => onEnd({ reason: error.message }, begun))
    started.once('exit', (code, signal) => onEnd({ code: code ?? undefined, signal: signal ?? undefined }, begun))
  }

  function onEnd(facts: LogFacts, begun: number): void {
    if (child === undefined) return
    child = undefined
    if (ending) return
    if (performance.now() - begun > STEADY_MS) {
      waitMs = FIRST_WAIT_MS
      endBefore = ''
      echo.forget()
    }
    const end = JSON.stringify(facts)
    const level = end === endBefore ? 'debug' : 'warning'
    endBefore = end
    log[level]('the server ended and is started again, ever more seldom; findings wait for it', { ...facts, seconds: waitMs / 1000 })
    timer = setTimeout(() => {
      restarts++
      start()
    }, waitMs)
    waitMs = Math.min(waitMs * 2, LAST_WAIT_MS)
  }

  async function end(timeoutMs: number): Promise<void> {
    ending = true
    clearTimeout(timer)
    const running = child
    if (running === undefined) return
    const late = new AbortController()
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGTERM')
    const forced = sleep(timeoutMs, undefined, { signal: late.signal }).then(
      () => running.kill('SIGKILL'),
      () => {},
    )
    await Promise.race([ended, forced])
    late.abort()
    await ended
  }

  start()
  return Object.freeze({ pid: () => child?.pid, restarts: () => restarts, end })
}

function eachLine(stream: Readable | null, take: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', take)
}

function beNice(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE)
  } catch {
    // It is gone already, which its exit says.
  }
}
