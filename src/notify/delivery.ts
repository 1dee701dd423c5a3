/**
 * A bounded queue in front of a transport that sends batches. `write` only takes; one batch at a time is on its way, in the order in
 * which findings came. What fails but may go well later is tried again, ever more seldom; what is refused for good, finds no room, or is left at the
 * end goes to the dead-letter file and counts as dropped.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Finding } from '../findings/finding.ts'
import { createAttempts, type Send } from './delivery/attempt.ts'
import { createBackOff } from './delivery/back-off.ts'
import { openDeadLetter } from './delivery/dead-letter.ts'
import { createFindingFilter } from './delivery/finding-filter.ts'
import { createFindingQueue } from './delivery/finding-queue.ts'
import type { SendOutcome } from './delivery/outcome.ts'
import { createPause } from './delivery/pause.ts'
import { createRateLimit } from './delivery/rate-limit.ts'
import { createDeliveryReport } from './delivery/report.ts'
import type { DeliverySettings } from './delivery/settings.ts'
import { within } from './delivery/within.ts'
import type { Output, OutputContext } from './output.ts'

export interface DeliveryOptions {
  /** Stands in the log and names the dead-letter file: `slack`, `webhook-hooks.example.org`. Holds no secret. */
  readonly name: string
  readonly settings: DeliverySettings
  readonly context: Pick<OutputContext, 'log' | 'stateFolder'>
  /**
   * Sends the findings; nothing returned means that all are delivered. May reject: then they are tried again (a TypeError and the
   * like counts as refused). Must give up when `signal` says so.
   */
  readonly send: Send
  /** Findings. */
  readonly maxBatch: number
  /** How long the first finding of a batch waits for others. */
  readonly maxWaitMs: number
  /** SIGHUP: secrets are read anew. */
  readonly reopen?: () => void
  /** Nothing is sent any more: connections are closed. */
  readonly end?: () => Promise<void> | void
  readonly limits?: Partial<DeliveryLimits>
  readonly clock?: DeliveryClock
}

export interface DeliveryLimits {
  readonly firstRetryMs: number
  readonly maxRetryMs: number
  /** A server may ask for patience up to this. */
  readonly maxRetryAfterMs: number
  /** A batch that could not be sent for so long is given up, or nothing would come after it. */
  readonly giveUpMs: number
  /** One try takes no longer. */
  readonly attemptMs: number
  /** By weightOf(). */
  readonly maxBatchBytes: number
  readonly maxQueuedBytes: number
}

export interface DeliveryClock {
  /** Since 1970. */
  readonly nowMs: () => number
  readonly random: () => number
}

const LIMITS: DeliveryLimits = {
  firstRetryMs: 250,
  maxRetryMs: 30_000,
  maxRetryAfterMs: 3_600_000,
  giveUpMs: 3_600_000,
  attemptMs: 30_000,
  maxBatchBytes: 1024 * 1024,
  maxQueuedBytes: 64 * 1024 * 1024,
}
const CLOCK: DeliveryClock = { nowMs: Date.now, random: Math.random }
/** Refused one by one so often in a row, it is no finding's fault: halves are not tried any more until something is taken. */
const MOST_SINGLE_REFUSALS = 20
/** Of the time for closing: what is left is for the dead-letter file. */
const SENDING_SHARE = 0.7
const ALL = { findings: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

/** Throws AppError OUTPUT_UNWRITABLE when the dead-letter file that was asked for cannot be. */
export function createDelivery(options: DeliveryOptions): Output {
  const { name, settings, context, send, maxBatch, maxWaitMs, clock = CLOCK } = options
  const limits = { ...LIMITS, ...options.limits }
  const { nowMs, random } = clock
  const { deadLetter: path, deadLetterMax: maxBytes, maxQueued, maxPerMinute } = settings
  const dead = openDeadLetter({ ...context, name, path, maxBytes, nowMs })
  const wanted = createFindingFilter(settings)
  const limit = createRateLimit({ maxPerMinute, onSummary: take, nowMs })
  const backOff = createBackOff({ firstMs: limits.firstRetryMs, maxMs: limits.maxRetryMs, random })
  const stats = { written: 0, dropped: 0 }
  const report = createDeliveryReport({ name, log: context.log, keeps: dead !== undefined, nowMs, dropped: () => stats.dropped })
  const pause = createPause()
  const { attempt, abort } = createAttempts(send, limits.attemptMs)
  const queue = createFindingQueue({
    maxFindings: maxQueued,
    maxBytes: limits.maxQueuedBytes,
    isStuck: () => report.failing() || phase !== 'open',
  })
  /** Taken from the queue and not yet delivered, oldest first. */
  let pending: readonly Finding[] = []
  let pendingSinceMs = 0
  let most = maxBatch
  let singleRefusals = 0
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let phase: 'open' | 'closing' | 'closed' = 'open'

  function write(finding: Finding): void {
    if (wanted(finding) && limit.allows(finding)) take(finding)
  }

  function take(finding: Finding): void {
    if (phase === 'closed') lose([finding], 'it was closed')
    else if (!queue.push(finding)) lose([finding], 'there was no room')
    else if (queue.length() >= maxBatch) start()
    else if (running === undefined && timer === undefined) timer = setTimeout(start, maxWaitMs).unref()
  }

  function start(): void {
    clearTimeout(timer)
    timer = undefined
    running ??= run().finally(() => {
      running = undefined
      if (queue.length() > 0 && phase === 'open') start() // came after the last look
    })
  }

  /** Begins in a turn of its own: who writes does not wait until a batch is rendered. */
  async function run(): Promise<void> {
    await nextTurn()
    while (phase !== 'closed') {
      if (pending.length === 0) {
        pending = queue.take({ findings: maxBatch, bytes: limits.maxBatchBytes })
        pendingSinceMs = nowMs()
        most = maxBatch
      }
      if (pending.length === 0) return
      const batch = pending.slice(0, most)
      const waitMs = settle(batch, await attempt(batch))
      queue.stir()
      if (waitMs === undefined) continue
      if (phase !== 'open') return
      await pause.wait(waitMs)
    }
  }

  /** What is left of `pending` is tried again; how long to wait before, undefined: not at all. */
  function settle(batch: readonly Finding[], outcome: SendOutcome): number | undefined {
    if (phase === 'closed') return undefined // close() has counted it
    switch (outcome.kind) {
      case 'sent':
        delivered(batch.length)
        pending = pending.slice(batch.length)
        most = Math.min(most * 2, maxBatch)
        return undefined
      case 'refused':
        return refuse(batch, outcome)
      case 'parts':
        return divide(batch, outcome)
      case 'later':
        return postpone(outcome.reason, outcome.afterMs)
      default:
        return outcome satisfies never
    }
  }

  function delivered(count: number): void {
    stats.written += count
    singleRefusals = 0
    backOff.reset()
    report.good()
  }

  function refuse(batch: readonly Finding[], { reason, perFinding }: SendOutcome & { kind: 'refused' }): undefined {
    if (perFinding && batch.length > 1 && singleRefusals < MOST_SINGLE_REFUSALS) {
      most = Math.ceil(batch.length / 2)
      return undefined
    }
    if (batch.length === 1) singleRefusals++
    if (singleRefusals >= MOST_SINGLE_REFUSALS) most = maxBatch
    pending = pending.slice(batch.length)
    report.refused(reason)
    lose(batch, reason)
  }

  function divide(batch: readonly Finding[], { refused, later, reason }: SendOutcome & { kind: 'parts' }): number | undefined {
    for (const part of refused) {
      report.refused(part.reason)
      lose(batch.slice(part.index, part.index + 1), part.reason)
    }
    const again = new Set(later)
    const count = batch.length - refused.length - again.size
    pending = [...batch.filter((_, index) => again.has(index)), ...pending.slice(batch.length)]
    if (count > 0) pendingSinceMs = nowMs()
    if (again.size === 0) {
      if (count > 0) delivered(count)
      return undefined
    }
    stats.written += count
    return postpone(reason)
  }

  function postpone(reason: string, afterMs = 0): number | undefined {
    report.bad(reason)
    if (nowMs() - pendingSinceMs > limits.giveUpMs) {
      lose(pending, reason)
      pending = []
    }
    return Math.max(backOff.next(), Math.min(afterMs, limits.maxRetryAfterMs))
  }

  function lose(findings: readonly Finding[], reason: string): void {
    stats.dropped += findings.length
    dead?.put(findings, reason)
  }

  /** One more try, also of a server that did not answer a moment ago: it may be back. */
  async function close(timeoutMs: number): Promise<void> {
    const begun = performance.now()
    limit.end()
    phase = 'closing'
    pause.end()
    start()
    const { promise, resolve } = Promise.withResolvers<void>()
    const deadline = setTimeout(resolve, timeoutMs * SENDING_SHARE)
    await Promise.race([running, promise])
    clearTimeout(deadline)
    phase = 'closed'
    abort()
    const left = [...pending, ...queue.take(ALL)]
    pending = []
    stats.dropped += left.length
    await dead?.putAll(left, 'it was left at the end', timeoutMs - (performance.now() - begun))
    queue.stir()
    const restMs = Math.max(50, timeoutMs - (performance.now() - begun))
    await Promise.all([dead?.close(restMs), within(restMs, options.end?.())])
  }

  return Object.freeze({
    write,
    room: queue.room,
    reopen: () => {
      dead?.reopen()
      options.reopen?.()
    },
    close,
    stats: () => ({ ...stats, leftOut: limit.leftOut(), deadLettered: dead?.written() ?? 0 }),
  })
}
