/** A connection to one broker: requests with their answers, one after another, and the login. */
import { createConnection, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TlsOptions } from '../tls.ts'
import { scram } from './scram.ts'
import { createReader, createWriter, type WireReader } from './wire.ts'

export interface Broker {
  readonly host: string
  readonly port: number
}

export interface KafkaLogin {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly user: string
  readonly password: string
}

export interface ConnectionOptions {
  /** Undefined: without TLS. */
  readonly tls: TlsOptions | undefined
  readonly login: () => KafkaLogin | undefined
  /** Throws where nothing may be sent to that host: brokers name others. */
  readonly requireSafe: (host: string) => void
  readonly signal: AbortSignal
}

export interface KafkaConnection extends Frames {
  /** The newest of the two that the broker speaks. */
  readonly metadata: typeof API.metadata | typeof API.oldMetadata
}

interface Frames {
  readonly broker: Broker
  /** Rejects when the connection breaks, or an answer is none. */
  readonly request: (api: Api, body: Buffer) => Promise<WireReader>
  readonly isOpen: () => boolean
  readonly close: () => void
}

/** [key, version]: of those that Kafka 1.0 to 4.x and Redpanda all have, without tagged fields. */
export const API = {
  produce: [0, 3],
  metadata: [3, 4],
  /** May make a topic that is not there, where brokers are set so. */
  oldMetadata: [3, 2],
  saslHandshake: [17, 1],
  apiVersions: [18, 0],
  initProducerId: [22, 0],
  saslAuthenticate: [36, 0],
} as const
export type Api = (typeof API)[keyof typeof API]

const CLIENT_ID = 'tarsier'
const MAX_ANSWER = 4 * 1024 * 1024

export async function openConnection(broker: Broker, options: ConnectionOptions): Promise<KafkaConnection> {
  options.requireSafe(broker.host)
  const connection = frames(broker, await connected(broker, options))
  const hangUp = (): void => connection.close()
  options.signal.addEventListener('abort', hangUp, { once: true })
  try {
    const speaks = await versionsOf(connection)
    const metadata = [API.metadata, API.oldMetadata].find(speaks)
    if (metadata === undefined || !speaks(API.produce)) throw new Error('it speaks no version of the protocol that is known here')
    const login = options.login()
    if (login !== undefined) await logIn(connection, login)
    return Object.freeze({ ...connection, metadata })
  } catch (error) {
    connection.close()
    throw error
  } finally {
    options.signal.removeEventListener('abort', hangUp)
  }
}

function connected({ host, port }: Broker, { tls, signal }: ConnectionOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = tls === undefined ? createConnection({ host, port }) : connectTls({ host, port, ...name, ...tls })
  const abort = (): void => void socket.destroy(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  socket.once('error', reject)
  socket.once(tls === undefined ? 'connect' : 'secureConnect', () => resolve(socket))
  return promise.finally(() => {
    signal.removeEventListener('abort', abort)
    socket.off('error', reject)
  })
}

/** Length, then the answer, which begins with the number of its request. */
function frames(broker: Broker, socket: Socket): Frames {
  let waiting: { readonly id: number; readonly resolve: (body: Buffer) => void; readonly reject: (error: Error) => void } | undefined
  let received = Buffer.alloc(0)
  let lastId = 0
  let isOpen = true

  function lost(error: Error): void {
    isOpen = false
    waiting?.reject(error)
    waiting = undefined
  }

  function read(chunk: Buffer): void {
    received = Buffer.concat([received, chunk])
    if (received.length < 4) return
    const size = received.readInt32BE(0)
    if (size < 4 || size > MAX_ANSWER) socket.destroy(new Error('what answers is no Kafka broker'))
    else if (received.length >= 4 + size) {
      const body = received.subarray(4, 4 + size)
      received = received.subarray(4 + size)
      if (body.readInt32BE(0) !== waiting?.id) return void socket.destroy(new Error('an answer to no question'))
      waiting.resolve(body.subarray(4))
      waiting = undefined
    }
  }

  socket.setNoDelay(true)
  socket.on('data', read)
  socket.on('error', lost)
  socket.on('close', () => lost(new Error('the broker closed the connection')))

  async function request([key, version]: Api, body: Buffer): Promise<WireReader> {
    if (!isOpen) throw new Error('the broker closed the connection')
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    waiting = { id, resolve, reject }
    const message = createWriter().int16(key).int16(version).int32(id).string(CLIENT_ID).raw(body).done()
    socket.write(createWriter().bytes(message).done())
    return createReader(await promise)
  }

  return Object.freeze({ broker, request, isOpen: () => isOpen, close: () => void socket.destroy() })
}

/** Whether the broker speaks a version of a request. */
async function versionsOf(connection: Frames): Promise<(api: Api) => boolean> {
  const reader = await connection.request(API.apiVersions, Buffer.alloc(0))
  const error = reader.int16()
  if (error !== 0) throw new Error(`it does not tell its versions (error ${error})`)
  const ranges = reader.list(() => ({ key: reader.int16(), min: reader.int16(), max: reader.int16() }))
  return ([key, version]) => ranges.some((one) => one.key === key && version >= one.min && version <= one.max)
}

async function logIn(connection: Frames, { mechanism, user, password }: KafkaLogin): Promise<void> {
  const handshake = await connection.request(API.saslHandshake, createWriter().string(mechanism).done())
  const error = handshake.int16()
  const known = handshake.list(() => handshake.string() ?? '')
  if (error !== 0) throw new Error(`it does not know ${mechanism}, but ${known.join(', ').slice(0, 200) || 'no login at all'}`)
  const exchange = async (message: string): Promise<string> => {
    const reader = await connection.request(API.saslAuthenticate, createWriter().bytes(Buffer.from(message)).done())
    const code = reader.int16()
    const words = reader.string()
    if (code !== 0) throw new Error(`the login failed: ${(words ?? `error ${code}`).slice(0, 200)}`)
    return reader.bytes().toString()
  }
  if (mechanism === 'PLAIN') await exchange(`\0${user}\0${password}`)
  else await scram({ hash: mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512', user, password, exchange })
}
