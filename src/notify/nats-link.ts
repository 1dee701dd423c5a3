/** One connection to a NATS server, made when something is to be sent and made anew after it broke. */
import { readFileSync } from 'node:fs'
import type { JetStreamClient } from '@nats-io/jetstream'
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node'
import type { SendOutcome } from './delivery/outcome.ts'
import type { TlsOptions } from './tls.ts'

export interface NatsMessage {
  readonly subject: string
  /** Streams keep one message of an id alone: what is sent twice is there once. */
  readonly id: string
  readonly text: string
}

export interface NatsLinkOptions {
  readonly host: string
  readonly port: number
  /** Undefined: without TLS. */
  readonly tls: TlsOptions | undefined
  /** Waits until a stream has acknowledged each message. */
  readonly jetstream: boolean
  readonly login: () => { readonly user?: string; readonly pass?: string; readonly token?: string; readonly creds?: string }
}

export interface NatsLink {
  /** Rejects when there is no connection, or the server does not want a message. */
  readonly publish: (messages: readonly NatsMessage[], signal: AbortSignal) => Promise<SendOutcome | undefined>
  readonly close: () => Promise<void>
}

const TIMEOUT_MS = 10_000

interface Open {
  readonly connection: NatsConnection
  readonly stream: JetStreamClient | undefined
  readonly headersOf: (id: string) => Parameters<NatsConnection['publish']>[2]
  /** What the server said against a message since it was asked last. */
  readonly takeError: () => Error | undefined
}

export function createNatsLink(options: NatsLinkOptions): NatsLink {
  let current: Promise<Open> | undefined

  function opened(): Promise<Open> {
    if (current !== undefined) return current
    const fresh = open(options)
    current = fresh
    const forget = (): void => {
      if (current === fresh) current = undefined
    }
    void fresh.then(({ connection }) => connection.closed().then(forget), forget)
    return fresh
  }

  async function publish(messages: readonly NatsMessage[], signal: AbortSignal): Promise<SendOutcome | undefined> {
    const link = await opened()
    const hangUp = (): void => void link.connection.close()
    signal.addEventListener('abort', hangUp, { once: true })
    try {
      return await deliver(link, messages)
    } catch (error) {
      hangUp()
      throw error
    } finally {
      signal.removeEventListener('abort', hangUp)
    }
  }

  const close = async (): Promise<void> => {
    const link = await current?.catch(() => undefined)
    await link?.connection.close()
  }

  return Object.freeze({ publish, close })
}

/** The client is loaded with the first batch: most agents have no such output, and memory is dear there. */
async function open({ host, port, tls, jetstream: wantsStream, login }: NatsLinkOptions): Promise<Open> {
  const { connect, credsAuthenticator, headers } = await import('@nats-io/transport-node')
  const { creds, ...rest } = login()
  const options: ConnectionOptions = {
    servers: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    name: 'tarsier',
    tls: tls === undefined ? null : tlsOf(tls, host),
    timeout: TIMEOUT_MS,
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    ...rest,
    ...(creds !== undefined && { authenticator: credsAuthenticator(readFileSync(creds)) }),
  }
  const connection = await connect(options)
  const stream = wantsStream ? (await import('@nats-io/jetstream')).jetstream(connection, { timeout: TIMEOUT_MS }) : undefined
  const headersOf = (id: string) => {
    const set = headers()
    set.set('Nats-Msg-Id', id)
    return { headers: set }
  }
  return { connection, stream, headersOf, takeError: watchErrors(connection) }
}

/** `host` goes to Node as it is: the client names no address there, and a certificate for one would not do. */
function tlsOf({ ca, cert, key, servername }: TlsOptions, host: string): NonNullable<ConnectionOptions['tls']> {
  const options = {
    host,
    ...(ca && { ca: ca.toString() }),
    ...(cert && { cert: cert.toString() }),
    ...(key && { key: key.toString() }),
    ...(servername !== undefined && { servername }),
  }
  return options
}

/** A message that may not be published is answered besides, not in place. */
function watchErrors(connection: NatsConnection): () => Error | undefined {
  let error: Error | undefined
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') error = status.error
  })()
  return () => {
    const taken = error
    error = undefined
    return taken
  }
}

async function deliver(link: Open, messages: readonly NatsMessage[]): Promise<SendOutcome | undefined> {
  const { connection, stream } = link
  const maxBytes = connection.info?.max_payload ?? Number.POSITIVE_INFINITY
  const refused = messages.flatMap(({ text }, index) =>
    Buffer.byteLength(text) > maxBytes ? [{ index, reason: `it is longer than the ${maxBytes} bytes that the server takes` }] : [],
  )
  const tooLong = new Set(refused.map(({ index }) => index))
  const results = stream === undefined ? await toSubjects(link, messages, tooLong) : await toStream(stream, messages, tooLong)
  const later = results.flatMap(({ index, reason }) => (reason === undefined ? [] : [index]))
  if (refused.length + later.length === 0) return undefined
  return { kind: 'parts', refused, later, reason: results.find(({ reason }) => reason !== undefined)?.reason ?? '' }
}

interface Result {
  readonly index: number
  /** Why it must be sent again. */
  readonly reason?: string
}

/** The answer to a ping comes after whatever the server said to the messages before it. */
async function toSubjects(link: Open, messages: readonly NatsMessage[], tooLong: ReadonlySet<number>): Promise<readonly Result[]> {
  const { connection, headersOf, takeError } = link
  takeError()
  for (const [index, { subject, id, text }] of messages.entries()) {
    if (!tooLong.has(index)) connection.publish(subject, text, headersOf(id))
  }
  await connection.flush()
  await new Promise((resolve) => setImmediate(resolve))
  const error = takeError()
  if (error !== undefined) throw error
  return []
}

async function toStream(
  stream: JetStreamClient,
  messages: readonly NatsMessage[],
  tooLong: ReadonlySet<number>,
): Promise<readonly Result[]> {
  return Promise.all(
    messages.map(async ({ subject, id, text }, index): Promise<Result> => {
      if (tooLong.has(index)) return { index }
      try {
        await stream.publish(subject, text, { msgID: id, timeout: TIMEOUT_MS })
        return { index }
      } catch (error) {
        return { index, reason: `no stream takes it: ${(error as Error).message}` }
      }
    }),
  )
}
