/**
 * Server-sent events (WHATWG HTML, 9.2): one stream per browser tab. What a client does not take in time piles up; one that lets too much pile up is
 * sent away, and comes back with the id of what it had last. A stream ends with the session or token that opened it.
 */
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../lib/app-error.ts'
import type { Log } from '../../lib/log.ts'
import type { Access } from '../access/access.ts'
import type { Identity } from '../access/identity.ts'
import type { LiveHub } from '../services.ts'
import { createGathering, type Numbered, newestOf, textOf } from './gathering.ts'

export interface StreamLimits {
  readonly heartbeatMs: number
  readonly mostStreams: number
  readonly mostOfOneUser: number
  /** A client may have this much waiting for `slowMs`, and never more than `mostWaitingBytes`. */
  readonly slowBytes: number
  readonly slowMs: number
  readonly mostWaitingBytes: number
  /** Of all clients together. */
  readonly mostWaitingInAll: number
  /** Messages are gathered so long. */
  readonly gatherMs: number
  /** Findings that go out together, at most. */
  readonly mostFindings: number
  /** Findings that were missed and are brought at the beginning, at most. */
  readonly mostMissed: number
}

const MIB = 2 ** 20
export const STREAM_LIMITS: StreamLimits = {
  heartbeatMs: 15_000,
  mostStreams: 512,
  mostOfOneUser: 128,
  slowBytes: MIB,
  slowMs: 10_000,
  mostWaitingBytes: 8 * MIB,
  mostWaitingInAll: 128 * MIB,
  gatherMs: 100,
  mostFindings: 100,
  mostMissed: 1000,
}

export interface LiveStreams {
  /** Takes the reply over. Throws AppError API_STREAMS_FULL. */
  readonly open: (who: Identity, request: FastifyRequest, reply: FastifyReply) => void
  readonly counts: () => { readonly open: number; readonly droppedAsSlow: number }
  readonly close: () => void
}

interface Stream {
  readonly who: Identity
  readonly raw: ServerResponse
  slowSinceMs: number | undefined
  end: () => void
}

export interface StreamOptions {
  readonly hub: LiveHub
  readonly access: Access
  readonly version: string
  readonly limits: StreamLimits
  readonly log: Log
  readonly uptimeMs: () => number
}

const LONGEST_ID = 200

export function createLiveStreams({ hub, access, version, limits, log, uptimeMs }: StreamOptions): LiveStreams {
  const streams = new Set<Stream>()
  let droppedAsSlow = 0
  const gathering = createGathering({
    everyMs: limits.gatherMs,
    mostFindings: limits.mostFindings,
    onText: (text) => {
      const bytes = Buffer.from(text)
      for (const stream of streams) write(stream, bytes)
    },
  })
  const unsubscribe = hub.subscribe(undefined, (id, message) => {
    if (streams.size > 0) gathering.take({ id, message })
  })

  function open(who: Identity, request: FastifyRequest, reply: FastifyReply): void {
    const ofUser = [...streams].filter((stream) => stream.who.user.id === who.user.id).length
    if (streams.size >= limits.mostStreams || ofUser >= limits.mostOfOneUser) throw new AppError('API_STREAMS_FULL', { seconds: 30 })
    // What is gathered is for those who were here before.
    gathering.flush()
    reply.hijack()
    const { raw } = reply
    const stream: Stream = { who, raw, slowSinceMs: undefined, end: () => raw.end() }
    streams.add(stream)
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
    })
    raw.write(`retry: 2000\nevent: hello\ndata: ${JSON.stringify({ version })}\n\n`)
    raw.on('error', () => raw.destroy())
    raw.once('close', () => streams.delete(stream))
    const missed = missedSince(request.headers['last-event-id'])
    if (missed !== '') write(stream, missed)
  }

  /** What the hub still remembers of it. */
  function missedSince(lastId: string | string[] | undefined): string {
    if (typeof lastId !== 'string' || lastId === '' || lastId.length > LONGEST_ID) return ''
    const missed: Numbered[] = []
    hub.subscribe(lastId, (id, message) => missed.push({ id, message }))()
    const kept = newestOf(missed, limits.mostMissed)
    return textOf(kept, missed.length - kept.length)
  }

  function write(stream: Stream, text: string | Buffer): void {
    const { raw } = stream
    if (raw.writableEnded || raw.destroyed) return
    raw.write(text)
    if (isTooSlow(stream)) drop(stream)
  }

  function isTooSlow(stream: Stream): boolean {
    const waiting = stream.raw.writableLength
    if (waiting <= limits.slowBytes) {
      stream.slowSinceMs = undefined
      return false
    }
    stream.slowSinceMs ??= uptimeMs()
    return waiting > limits.mostWaitingBytes || uptimeMs() - stream.slowSinceMs > limits.slowMs || waitingInAll() > limits.mostWaitingInAll
  }

  const waitingInAll = (): number => [...streams].reduce((sum, { raw }) => sum + raw.writableLength, 0)

  function drop({ raw, who }: Stream): void {
    droppedAsSlow++
    log.warning('a live stream was ended: its client takes too long', { user: who.user.name, waitingBytes: raw.writableLength })
    raw.destroy()
  }

  function beat(): void {
    for (const stream of streams) {
      if (access.renewed(stream.who) === undefined) stream.end()
      else write(stream, ':\n\n')
    }
  }

  const stopListening = access.sessions.onEnd((tokenHash) => {
    for (const stream of streams) if (stream.who.session?.tokenHash === tokenHash) stream.end()
  })
  const heart = setInterval(beat, limits.heartbeatMs)
  heart.unref()

  function close(): void {
    clearInterval(heart)
    stopListening()
    unsubscribe()
    gathering.close()
    for (const { raw } of streams) raw.destroy()
  }

  return Object.freeze({ open, counts: () => ({ open: streams.size, droppedAsSlow }), close })
}
