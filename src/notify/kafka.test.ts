/**
 * Against the broker of librdkafka (its mock cluster, run by Debian’s kcat), which is not Kafka itself but another implementation of its protocol,
 * and read back by librdkafka’s own consumer, checksums verified. What that broker lacks (TLS, SASL) a double before it adds.
 */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { selfSigned } from '../../test/self-signed.ts'
import type { Finding } from '../findings/finding.ts'
import { findingJson } from '../findings/finding-json.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile, until } from './http/sample-output.ts'
import { findProgram, type RunningProgram, startProgram } from './sample-program.ts'

const PROGRAM = findProgram('kcat')
const REASON = 'kcat is not there: npm test as root installs it'
const TOPIC = 'tarsier-findings'

const running: RunningProgram[] = []
const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(async () => {
  for (const one of sockets) one.destroy()
  for (const one of servers.splice(0)) await new Promise<void>((resolve) => one.close(() => resolve()))
  for (const one of running.splice(0)) await one.stop()
})
afterAll(removeSampleFolders)

interface Message {
  readonly partition: number
  readonly ts: number
  readonly key: string
  readonly payload: string
  readonly headers: readonly string[]
}

/** Brokers inside of a consumer, which prints what it reads as JSON. */
async function startCluster(brokers = 1) {
  const settings = [
    `test.mock.num.brokers=${brokers}`,
    'check.crcs=true',
    'topic.metadata.refresh.interval.ms=300',
    'fetch.error.backoff.ms=50',
  ]
  const args = ['-C', '-J', '-u', '-b', 'x', '-t', TOPIC, '-o', 'beginning', '-d', 'mock', ...settings.flatMap((one) => ['-X', one])]
  const program = await startProgram(PROGRAM ?? '', args, (output) => output.includes('Created topic'))
  running.push(program)
  const [, list = ''] = /bootstrap\.servers=(\S+)/.exec(program.output()) ?? []
  const messages = (): readonly Message[] => program.lines().map((line) => JSON.parse(line) as Message)
  return { ports: list.split(',').map((one) => Number(one.split(':')[1])), messages, said: program.output }
}

/** Passes bytes between clients and a broker; `answer` may change, or keep (undefined), what the broker says. */
async function startProxy(port: number, { tls, login, ask = (bytes) => bytes, answer = (bytes) => bytes }: ProxyOptions = {}) {
  const listener = (client: Socket): void => {
    const broker = createConnection({ host: '127.0.0.1', port })
    for (const one of [client, broker]) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => [client, broker].map((each) => each.destroy()))
    }
    const talk = login?.()
    eachFrame(client, (frame) => {
      const own = talk?.(frame)
      if (own === undefined) broker.write(framed(ask(frame)))
      else if (own === 'refused') client.destroy()
      else client.write(framed(own))
    })
    eachFrame(broker, (frame) => {
      const bytes = answer(frame)
      if (bytes === undefined) client.destroy()
      else client.write(framed(withPort(bytes, port, (server.address() as AddressInfo).port)))
    })
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

interface ProxyOptions {
  readonly tls?: { readonly key: string; readonly cert: string }
  /** For each connection: an answer in place of the broker’s. */
  readonly login?: () => (frame: Buffer) => Buffer | 'refused' | undefined
  readonly ask?: (frame: Buffer) => Buffer
  readonly answer?: (frame: Buffer) => Buffer | undefined
}

function eachFrame(socket: Socket, take: (frame: Buffer) => void): void {
  let received = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const size = received.readInt32BE(0)
      take(received.subarray(4, 4 + size))
      received = received.subarray(4 + size)
    }
  })
}

function framed(frame: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(frame.length)
  return Buffer.concat([size, frame])
}

/** Metadata name the broker’s port: the proxy’s stands there instead. */
function withPort(frame: Buffer, from: number, to: number): Buffer {
  const [before, after] = [from, to].map((port) => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(port)
    return Buffer.concat([Buffer.from('127.0.0.1'), bytes])
  })
  const at = frame.indexOf(before ?? '')
  return at < 0 ? frame : Buffer.concat([frame.subarray(0, at), after ?? Buffer.alloc(0), frame.subarray(at + (before?.length ?? 0))])
}

/** Of a request to produce one batch: what stands before the batch is as long as the topic’s name, and the number lies at byte 53 of it. */
const sequenceOf = (frame: Buffer): number => frame.readInt32BE(frame.indexOf(TOPIC) + TOPIC.length + 12 + 53)

const finding = (id: string, more: Partial<Finding> = {}): Finding => ({ ...SAMPLE_FINDING, id, ...more })
const idsOf = (messages: readonly Message[]) => messages.map(({ headers }) => headers[headers.indexOf('id') + 1])

describe.skipIf(PROGRAM === undefined)(`librdkafka’s broker${PROGRAM === undefined ? ` (${REASON})` : ''}`, () => {
  test.each(['gzip', 'none'])('takes findings as records with key, time and headers (compression %s)', async (compression) => {
    const { ports, messages, said } = await startCluster()
    const { write, close, stats } = openSampleOutput(`kafka+plain://127.0.0.1:${ports[0]}?compression=${compression}`)
    write(SAMPLE_FINDING, { ...HOSTILE_FINDING, hostname: 'web-1' })
    await close()
    expect(stats()).toMatchObject({ written: 2, dropped: 0 })
    await until(() => messages().length === 2)
    const [first, second] = messages()
    expect(first).toMatchObject({
      key: 'web-1',
      ts: 1_700_000_000_123,
      payload: findingJson(SAMPLE_FINDING),
      headers: ['id', SAMPLE_FINDING.id, 'format', 'json'],
    })
    expect(JSON.parse(second?.payload ?? '')).toEqual(JSON.parse(findingJson({ ...HOSTILE_FINDING, hostname: 'web-1' })))
    expect(said()).toContain('InitProducerId')
  })

  test('has several brokers: the leader of the host’s partition gets its findings, in their order', async () => {
    const { ports, messages } = await startCluster(3)
    const { write, close, stats } = openSampleOutput(`kafka+plain://127.0.0.1:${ports[0]}`)
    const all = Array.from({ length: 450 }, (_, n) => finding(String(n)))
    write(...all)
    await close()
    expect(stats()).toMatchObject({ written: 450, dropped: 0 })
    await until(() => messages().length === 450)
    expect(idsOf(messages())).toEqual(all.map(({ id }) => id))
    expect(new Set(messages().map(({ partition }) => partition)).size).toBe(1)
  })

  test('takes a batch whose answer is lost: sent again, with the same numbers', async () => {
    const { ports, said } = await startCluster()
    let lost = 0
    const produced: Buffer[] = []
    const port = await startProxy(ports[0] ?? 0, {
      ask: (frame) => {
        if (frame.readInt16BE(0) === 0) produced.push(frame)
        return frame
      },
      // The answer to the first produce: number of the request, topics (1), name.
      answer: (frame) => (frame.includes(TOPIC) && !frame.includes('127.0.0.1') && lost++ === 0 ? undefined : frame),
    })
    const { write, close, stats } = openSampleOutput(`kafka+plain://127.0.0.1:${port}`)
    write(finding('a'), finding('b'))
    await until(() => stats().written === 2)
    write(finding('c'))
    await close()
    const [first, again, next] = produced
    expect(again?.subarray(8)).toEqual(first?.subarray(8))
    expect([first, next].map((frame) => sequenceOf(frame ?? Buffer.alloc(0)))).toEqual([0, 2])
    expect(stats()).toMatchObject({ written: 3, dropped: 0 })
    expect(said().match(/Received InitProducerIdRequest/g)).toHaveLength(1)
  })

  test.each([
    ['a batch that is too long (10) is sent in halves', 10, 3, 1],
    ['numbers that do not follow (45) make the producer begin anew', 45, 2, 2],
    ['a replica that is missing (19) is waited for', 19, 2, 1],
  ])('behind a double that answers as documented: %s', async (_, error, requests, ids) => {
    const { ports, said } = await startCluster()
    let answers = 0
    const port = await startProxy(ports[0] ?? 0, {
      answer: (frame) => {
        if (!frame.includes(TOPIC) || frame.includes('127.0.0.1') || answers++ > 0) return frame
        const changed = Buffer.from(frame)
        changed.writeInt16BE(error, frame.indexOf(TOPIC) + TOPIC.length + 8)
        return changed
      },
    })
    const { write, close, stats } = openSampleOutput(`kafka+plain://127.0.0.1:${port}`)
    write(finding('a'), finding('b'))
    await until(() => stats().written === 2)
    await close()
    expect(stats()).toMatchObject({ written: 2, dropped: 0 })
    expect(answers).toBe(requests)
    expect(said().match(/Received InitProducerIdRequest/g)).toHaveLength(ids)
  })

  test('behind a double that speaks the newer version of the metadata as documented, takes findings as well', async () => {
    const { ports, messages } = await startCluster()
    const talk = newMetadata()
    const port = await startProxy(ports[0] ?? 0, talk)
    const { write, close, stats } = openSampleOutput(`kafka+plain://127.0.0.1:${port}`)
    write(SAMPLE_FINDING)
    await close()
    expect(stats()).toMatchObject({ written: 1, dropped: 0 })
    expect(talk.asked()).toBe(1)
    await until(() => messages().length === 1)
  })

  test('is the second that is named; the first is away', async () => {
    const { ports, messages } = await startCluster()
    const { write, close } = openSampleOutput(`kafka+plain://127.0.0.1:1?brokers=127.0.0.1:${ports[0]}`)
    write(SAMPLE_FINDING)
    await close()
    await until(() => messages().length === 1)
  })

  test('goes away for good: findings wait, and are kept at the end', async () => {
    const { ports } = await startCluster()
    const { write, close, stats, logged } = openSampleOutput(`kafka+plain://127.0.0.1:${ports[0]}`)
    write(SAMPLE_FINDING)
    await until(() => stats().written === 1)
    await running.pop()?.stop()
    write(SAMPLE_FINDING)
    await until(() => logged.length === 1)
    await close(300)
    expect(stats()).toMatchObject({ written: 1, dropped: 1 })
    expect(logged[0]).toMatch(/closed the connection|ECONNREFUSED/)
  })

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    'behind a double with TLS and SASL %s: with the password it takes findings, without nothing',
    async (mechanism) => {
      const { ports, messages } = await startCluster()
      const tls = selfSigned()
      const port = await startProxy(ports[0] ?? 0, { tls, login: () => loginDouble(mechanism, 'u', 's3cret pass') })
      const open = (password: string) =>
        openSampleOutput(
          `kafka://127.0.0.1:${port}?user=u&mechanism=${mechanism}&passwordFile=${secretFile(password)}&ca=${secretFile(tls.cert)}`,
        )
      const right = open('s3cret pass')
      right.write(SAMPLE_FINDING)
      await right.close()
      expect(right.stats()).toMatchObject({ written: 1, dropped: 0 })
      await until(() => messages().length === 1)
      const wrong = open('wr0ng pass')
      wrong.write(SAMPLE_FINDING)
      await until(() => wrong.logged.length > 0)
      await wrong.close(300)
      expect(wrong.stats()).toMatchObject({ written: 0, dropped: 1 })
      expect(wrong.logged.join('')).toMatch(/the login failed: SASL says no/)
      expect(wrong.logged.join('')).not.toContain('wr0ng')
    },
  )
})

/** Version 4 differs from 2: a flag at the end of the request, which must not ask for a new topic, and a number at the begin of the answer. */
function newMetadata(): Pick<Required<ProxyOptions>, 'ask' | 'answer'> & { readonly asked: () => number } {
  const ids = new Set<number>()
  return {
    ask: (frame) => {
      if (frame.readInt16BE(0) !== 3) return frame
      expect([frame.readInt16BE(2), frame.at(-1)]).toEqual([4, 0])
      ids.add(frame.readInt32BE(4))
      const old = Buffer.from(frame.subarray(0, -1))
      old.writeInt16BE(2, 2)
      return old
    },
    answer: (frame) => {
      if (ids.has(frame.readInt32BE(0))) return Buffer.concat([frame.subarray(0, 4), Buffer.alloc(4), frame.subarray(4)])
      const at = frame.indexOf(Buffer.from([0, 3, 0, 0, 0, 2]))
      return at < 0 || ids.size > 0
        ? frame
        : Buffer.concat([frame.subarray(0, at), Buffer.from([0, 3, 0, 0, 0, 4]), frame.subarray(at + 6)])
    },
    asked: () => ids.size,
  }
}

/** Requests 17 (mechanism) and 36 (bytes); others only after the login, but 18. */
function loginDouble(
  mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512',
  user: string,
  password: string,
): (frame: Buffer) => Buffer | 'refused' | undefined {
  let isIn = false
  let serverFirst = ''
  let clientFirst = ''
  const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
  const salted = pbkdf2Sync(password, 'salt', 4096, hash === 'sha256' ? 32 : 64, hash)
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest()

  /** Undefined: no. */
  function answerTo(message: string): string | undefined {
    if (mechanism === 'PLAIN') {
      isIn = message === `\0${user}\0${password}`
      return isIn ? '' : undefined
    }
    if (serverFirst === '') {
      clientFirst = message.replace(/^n,,/, '')
      serverFirst = `r=${/r=(.*)$/.exec(message)?.[1]}more,s=${Buffer.from('salt').toString('base64')},i=4096`
      return serverFirst
    }
    const auth = `${clientFirst},${serverFirst},${message.replace(/,p=.*$/, '')}`
    const storedKey = createHash(hash).update(hmac(salted, 'Client Key')).digest()
    const signature = hmac(storedKey, auth)
    const proof = Buffer.from(/,p=(.*)$/.exec(message)?.[1] ?? '', 'base64')
    isIn = createHash(hash)
      .update(Buffer.from(proof.map((byte, n) => byte ^ (signature[n] ?? 0))))
      .digest()
      .equals(storedKey)
    return isIn ? `v=${hmac(hmac(salted, 'Server Key'), auth).toString('base64')}` : undefined
  }

  return (frame) => {
    const api = frame.readInt16BE(0)
    const number = frame.subarray(4, 8)
    const body = frame.subarray(10 + frame.readInt16BE(8))
    if (api === 18) return undefined
    if (api === 17) {
      const isKnown = body.subarray(2).toString() === mechanism
      return Buffer.concat([number, Buffer.from([0, isKnown ? 0 : 33, 0, 0, 0, 1, 0, mechanism.length]), Buffer.from(mechanism)])
    }
    if (api !== 36) return isIn ? undefined : 'refused'
    const answer = answerTo(body.subarray(4).toString())
    if (answer === undefined)
      return Buffer.concat([number, Buffer.from([0, 58, 0, 12]), Buffer.from('SASL says no'), Buffer.from([0, 0, 0, 0])])
    return Buffer.concat([number, Buffer.from([0, 0, 0xff, 0xff]), framed(Buffer.from(answer))])
  }
}

test('what answers is no broker: said as such, and tried again', async () => {
  const server = createServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  )
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { write, close, logged, stats } = openSampleOutput(`kafka+plain://127.0.0.1:${(server.address() as AddressInfo).port}`)
  write(SAMPLE_FINDING)
  await until(() => logged.length > 0)
  await close(300)
  expect(logged[0]).toMatch(/no Kafka broker/)
  expect(stats()).toMatchObject({ written: 0, dropped: 1 })
})

const WRONG: readonly [sentence: string, spec: string, problem: RegExp][] = [
  ['a plain connection to another host', 'kafka+plain://kafka.example.org', /without TLS is not safe/],
  ['one to a further broker', 'kafka+plain://127.0.0.1?brokers=kafka.example.org:9092', /without TLS is not safe/],
  ['a topic that is none', 'kafka://h/a%20b', /topic: must be the name/],
  ['a user without a password', 'kafka://h?user=u', /belong together/],
  ['an unknown mechanism', 'kafka://h?mechanism=GSSAPI', /mechanism: /],
]

test.each(WRONG)('%s is refused at start', (_, spec, problem) => {
  expect(() => openSampleOutput(spec)).toThrow(problem)
})
