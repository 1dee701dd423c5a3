/** Sends batches to a topic: one batch at a time, to one partition, acknowledged by all replicas in sync, taken once though it be sent twice. */
import { later, refused, type SendOutcome } from '../delivery/outcome.ts'
import { API, type Broker, type ConnectionOptions, type KafkaConnection, openConnection } from './connection.ts'
import { partitionOf } from './hashes.ts'
import { type BatchOrigin, type KafkaRecord, recordBatch } from './record-batch.ts'
import { createWriter } from './wire.ts'

export interface ProducerOptions extends Omit<ConnectionOptions, 'signal'> {
  /** Asked one after another until one answers. */
  readonly brokers: readonly Broker[]
  readonly topic: string
  readonly compression: 'none' | 'gzip'
}

export interface KafkaProducer {
  /** At least one record. The key of the first that a connection carries chooses its partition. `id` is the same when they are sent again. */
  readonly send: (records: readonly KafkaRecord[], id: string, signal: AbortSignal) => Promise<SendOutcome | undefined>
  readonly close: () => void
}

interface Route {
  readonly connection: KafkaConnection
  readonly partition: number
}

/** Sent, and not known whether it arrived: it may only be followed by itself. */
interface Unsettled {
  readonly id: string
  readonly partition: number
  readonly bytes: Buffer
}

const ALL_REPLICAS = -1
const TIMEOUT_MS = 10_000
const NO_PRODUCER = { producerId: -1n, epoch: -1 }
/** DUPLICATE_SEQUENCE_NUMBER: it is there already. */
const DUPLICATE = 46
/** MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_RECORD. */
const FAULTS: ReadonlySet<number> = new Set([10, 18, 87])
/** OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, UNKNOWN_PRODUCER_ID, PRODUCER_FENCED: a new id is needed. */
const STRANGERS: ReadonlySet<number> = new Set([45, 47, 59, 90])

export function createProducer(options: ProducerOptions): KafkaProducer {
  let route: Route | undefined
  let producer: typeof NO_PRODUCER | undefined
  /** The next number, by partition. */
  let sequences = new Map<number, number>()
  let unsettled: Unsettled | undefined

  async function send(records: readonly KafkaRecord[], id: string, signal: AbortSignal): Promise<SendOutcome | undefined> {
    if (unsettled !== undefined && unsettled.id !== id) forgetProducer()
    try {
      const { connection, partition } = await routeFor(records[0]?.key ?? '', signal)
      const bytes = unsettled?.bytes ?? (await recordBatch(records, await originFor(partition, connection), options.compression))
      unsettled = { id, partition, bytes }
      return settle(await produce(connection, bytes), records.length)
    } catch (error) {
      hangUp()
      throw error
    }
  }

  /** A new id begins with new numbers: what was sent under the old one is not confused with what comes. */
  function forgetProducer(): void {
    producer = undefined
    sequences = new Map()
    unsettled = undefined
  }

  function hangUp(): void {
    route?.connection.close()
    route = undefined
  }

  /** A batch that may have arrived goes to its partition again, whatever its key would choose now. */
  async function routeFor(key: string, signal: AbortSignal): Promise<Route> {
    if (route?.connection.isOpen() && (unsettled === undefined || unsettled.partition === route.partition)) return watched(route, signal)
    hangUp()
    const first = await openFirst(signal)
    let leader: Broker
    let partition: number
    try {
      const leaders = await leadersOf(first, options.topic)
      partition = unsettled?.partition ?? partitionOf(key, leaders.length)
      leader = leaders[partition] ?? never(`partition ${partition} of the topic has no leader`)
    } catch (error) {
      first.close()
      throw error
    }
    const isSame = leader.host === first.broker.host && leader.port === first.broker.port
    if (!isSame) first.close()
    route = { partition, connection: isSame ? first : await openConnection(leader, { ...options, signal }) }
    return watched(route, signal)
  }

  async function openFirst(signal: AbortSignal): Promise<KafkaConnection> {
    let failure: unknown
    for (const broker of options.brokers) {
      try {
        return await openConnection(broker, { ...options, signal })
      } catch (error) {
        failure = error
        if (signal.aborted) break
      }
    }
    throw failure
  }

  async function originFor(partition: number, connection: KafkaConnection): Promise<BatchOrigin> {
    producer ??= await producerOf(connection)
    return { ...producer, sequence: producer === NO_PRODUCER ? -1 : (sequences.get(partition) ?? 0) }
  }

  async function produce(connection: KafkaConnection, bytes: Buffer): Promise<number> {
    const partition = unsettled?.partition ?? 0
    const head = createWriter().string(undefined).int16(ALL_REPLICAS).int32(TIMEOUT_MS)
    const body = head.int32(1).string(options.topic).int32(1).int32(partition).bytes(bytes).done()
    const reader = await connection.request(API.produce, body)
    const errors = reader.list(() => {
      reader.string()
      return reader.list(() => {
        reader.int32()
        const error = reader.int16()
        reader.int64()
        reader.int64()
        return error
      })
    })
    return errors[0]?.[0] ?? never('its answer names no partition')
  }

  function settle(error: number, count: number): SendOutcome | undefined {
    const partition = unsettled?.partition ?? 0
    if (error === 0 || error === DUPLICATE) {
      sequences.set(partition, ((sequences.get(partition) ?? 0) + count) & 0x7fffffff)
      unsettled = undefined
      return undefined
    }
    if (FAULTS.has(error)) {
      unsettled = undefined
      return refused(`the broker does not take it: ${wordsOf(error)}`, { perFinding: true })
    }
    if (STRANGERS.has(error)) forgetProducer()
    hangUp()
    return later(`the broker answers ${wordsOf(error)}`)
  }

  return Object.freeze({ send, close: hangUp })
}

/** The connection ends with the signal, so that nothing waits for an answer that nobody wants. */
function watched(route: Route, signal: AbortSignal): Route {
  signal.addEventListener('abort', route.connection.close, { once: true })
  return route
}

/** The leader of each partition, undefined where there is none at the moment. Rejects for a topic that is not there. */
async function leadersOf(connection: KafkaConnection, topic: string): Promise<readonly (Broker | undefined)[]> {
  const asked = createWriter().int32(1).string(topic)
  const isNew = connection.metadata === API.metadata
  const reader = await connection.request(connection.metadata, isNew ? asked.int8(0).done() : asked.done())
  if (isNew) reader.int32()
  const brokers = new Map(
    reader.list(() => {
      const id = reader.int32()
      const broker = { host: reader.string() ?? '', port: reader.int32() }
      reader.string()
      return [id, broker] as const
    }),
  )
  reader.string()
  reader.int32()
  const [found] = reader.list(() => ({
    error: reader.int16(),
    name: reader.string(),
    isInternal: reader.int8(),
    partitions: reader.list(() => {
      const partition = { error: reader.int16(), index: reader.int32(), leader: reader.int32() }
      reader.list(reader.int32)
      reader.list(reader.int32)
      return partition
    }),
  }))
  if (found === undefined || found.error !== 0) throw new Error(`the topic ${topic} cannot be had: ${wordsOf(found?.error ?? 3)}`)
  if (found.partitions.length === 0) throw new Error(`the topic ${topic} has no partitions`)
  return found.partitions.toSorted((a, b) => a.index - b.index).map(({ leader }) => brokers.get(leader))
}

/** Without the right to an id (which old brokers gave apart) batches go without: one that is sent twice may be there twice. */
async function producerOf(connection: KafkaConnection): Promise<typeof NO_PRODUCER> {
  const reader = await connection.request(API.initProducerId, createWriter().string(undefined).int32(TIMEOUT_MS).done())
  reader.int32()
  const error = reader.int16()
  const producerId = reader.int64()
  const epoch = reader.int16()
  if (error === 0) return { producerId, epoch }
  if (error === CLUSTER_AUTHORIZATION_FAILED) return NO_PRODUCER
  throw new Error(`the broker gives no producer id: ${wordsOf(error)}`)
}

const CLUSTER_AUTHORIZATION_FAILED = 31

/** Of kafka.apache.org/protocol, "Error Codes", those that a producer meets. */
const WORDS: Readonly<Record<number, string>> = {
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  10: 'MESSAGE_TOO_LARGE',
  17: 'INVALID_TOPIC_EXCEPTION',
  18: 'RECORD_LIST_TOO_LARGE',
  19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  45: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  47: 'INVALID_PRODUCER_EPOCH',
  59: 'UNKNOWN_PRODUCER_ID',
  87: 'INVALID_RECORD',
}

const wordsOf = (error: number): string => `${WORDS[error] ?? 'error'} (${error})`

function never(message: string): never {
  throw new Error(message)
}
