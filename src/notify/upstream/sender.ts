/** Sends what a spool holds, batch by batch, each until the server says that it is safe. */
import { UPSTREAM_HEADERS, type UpstreamStream } from '../../findings/upstream.ts'
import { singleConnection } from '../../lib/http-module.ts'
import { type Answer, post } from './post.ts'
import type { Spool, SpoolBatch } from './spool.ts'

export interface SenderOptions {
  readonly stream: UpstreamStream
  readonly socketPath: string
  readonly hostname: string
  /** Undefined while the disk does not let it be opened. */
  readonly spool: () => Spool | undefined
  readonly onSent: (lines: number) => void
  /** Lines that the server will never take, one by one. */
  readonly onRefused: (answer: string) => void
  /** The server has taken nothing for some time, and why; undefined: it does again. */
  readonly onChange: (reason: string | undefined) => void
}

export interface Sender {
  /** There may be something to send. */
  readonly wake: () => void
  /** Resolves when all is sent, as soon as the server does not answer, or after `timeoutMs`. Sends nothing afterwards. */
  readonly end: (timeoutMs: number) => Promise<void>
}

const MOST = { lines: 5000, bytes: 1024 * 1024 }
const FIRST_WAIT_MS = 100
const LAST_WAIT_MS = 2000
/** Some ten seconds. */
const WORTH_SAYING = 8
const ANSWER_TIMEOUT_MS = 30_000
/** The server says that the lines themselves are wrong, not that it cannot take any. */
const MOST_REFUSED = 20
const REFUSED: ReadonlySet<number> = new Set([400, 413, 422])

export function createSender(options: SenderOptions): Sender {
  const { stream, socketPath, hostname, spool, onSent, onRefused, onChange } = options
  const agent = singleConnection()
  let most = MOST
  let waitMs = FIRST_WAIT_MS
  /** In a row. */
  let refused = 0
  let failures = 0
  let isSaid = false
  let running: Promise<void> | undefined
  let pause: NodeJS.Timeout | undefined
  let ended = false
  let onIdle = (): void => {}

  function wake(): void {
    if (ended || running !== undefined || pause !== undefined) return
    running = run().finally(() => {
      running = undefined
      onIdle()
    })
  }

  async function run(): Promise<void> {
    while (!ended) {
      const batch = spool()?.next(most)
      if (batch === undefined) return
      const reason = await attempt(batch)
      change(reason)
      if (reason !== undefined) return waitAWhile()
      waitMs = FIRST_WAIT_MS
    }
  }

  /** Undefined when it came further; else why it did not. */
  async function attempt(batch: SpoolBatch): Promise<string | undefined> {
    try {
      return take(batch, await send(batch))
    } catch (error) {
      return (error as Error).message
    }
  }

  function send({ spool: id, firstSeq, bytes }: SpoolBatch): Promise<Answer> {
    const headers = {
      'content-type': 'application/x-ndjson',
      [UPSTREAM_HEADERS.spool]: id,
      [UPSTREAM_HEADERS.hostname]: encodeURIComponent(hostname),
      [UPSTREAM_HEADERS.first]: String(firstSeq),
    }
    return post({ socketPath, path: `/ingest/${stream}`, agent, headers, body: bytes, timeoutMs: ANSWER_TIMEOUT_MS })
  }

  function take(batch: SpoolBatch, { status, body }: Answer): string | undefined {
    if (REFUSED.has(status)) return refuse(batch, body)
    if (status !== 200) return `it answers ${status}`
    const acknowledged = acknowledgedBy(body)
    if (acknowledged === undefined) return 'its answer cannot be read'
    most = MOST
    refused = 0
    const safe = spool()?.acknowledge(batch, acknowledged) ?? 0
    onSent(safe)
    return safe > 0 ? undefined : 'it takes no line'
  }

  /** Half of it may be well; a single line that is not is given up, or nothing would come after it. */
  function refuse(batch: SpoolBatch, body: string): string | undefined {
    if (batch.lines > 1) {
      most = { ...most, lines: Math.floor(batch.lines / 2) }
      return undefined
    }
    if (refused >= MOST_REFUSED) return 'it refuses every line'
    refused++
    most = MOST
    spool()?.acknowledge(batch, batch.firstSeq)
    onRefused(body.slice(0, 200))
    return undefined
  }

  /** A server that is only being started is not worth a word. */
  function change(reason: string | undefined): void {
    failures = reason === undefined ? 0 : failures + 1
    if (failures === WORTH_SAYING) onChange(reason)
    else if (failures === 0 && isSaid) onChange(undefined)
    isSaid = failures >= WORTH_SAYING
  }

  /** Ever longer, and not all at the same moment. */
  function waitAWhile(): void {
    pause = setTimeout(
      () => {
        pause = undefined
        wake()
      },
      waitMs * (0.5 + Math.random() / 2),
    )
    waitMs = Math.min(waitMs * 2, LAST_WAIT_MS)
  }

  async function end(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, timeoutMs)
    onIdle = resolve
    // A server that was not there a moment ago is asked once more: it may be back.
    clearTimeout(pause)
    pause = undefined
    wake()
    if (running === undefined) resolve()
    await promise
    ended = true
    clearTimeout(timer)
    clearTimeout(pause)
    agent.destroy()
  }

  return Object.freeze({ wake, end })
}

/** Undefined when the answer is of another form. */
function acknowledgedBy(body: string): number | undefined {
  try {
    const answer = JSON.parse(body) as { readonly acknowledged?: unknown } | null
    const number = answer?.acknowledged
    return Number.isSafeInteger(number) ? (number as number) : undefined
  } catch {
    return undefined // it is said as what it is: an answer that cannot be read
  }
}
