import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { createLog } from '../lib/log.ts'
import { openOutputs, prepareOutputs } from './notify.ts'
import { createDatagramLink } from './syslog-datagram.ts'
import { createSyslogMessage } from './syslog-message.ts'
import { createUnixLink } from './syslog-unix.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-syslog-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HEAD = '<132>1 2023-11-14T22:13:20.123456Z web-1 tarsier 77 Read_of_a_password_file - '

function open(spec: string) {
  const logged: string[] = []
  const log = createLog({ write: (line) => logged.push(line), format: 'text', level: 'debug', colour: false, nowNs: () => 0 })
  const stdout = {
    write: () => {},
    stats: () => ({ written: 0, dropped: 0, queuedBytes: 0, failed: false }),
    room: async () => {},
    close: async () => {},
  }
  const notifier = openOutputs(prepareOutputs([spec]), { stdout, colour: false, verbose: false, log, processId: 77 })
  return { notifier, logged, stats: () => notifier.stats()[0] }
}

/** A server that keeps what it hears. */
async function listen(server: Server, at: number | string = 0) {
  const sockets = new Set<Socket>()
  const heard = { text: '' }
  const event = server.listenerCount('secureConnection') >= 0 && 'setSecureContext' in server ? 'secureConnection' : 'connection'
  server.on(event, (socket: Socket) => {
    sockets.add(socket)
    socket.on('data', (data) => (heard.text += data))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => (typeof at === 'string' ? server.listen(at, resolve) : server.listen(at, '127.0.0.1', resolve)))
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port: (server.address() as AddressInfo).port, heard, stop }
}

async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; n < 400 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(condition()).toBe(true)
}

test('over TCP messages are framed by their length', async () => {
  const server = await listen(createServer())
  const { notifier, logged, stats } = open(`syslog+tcp://127.0.0.1:${server.port}?format=text`)
  const message = `${HEAD}Warning Read of a password file: né`
  for (let n = 0; n < 3; n++) notifier.write({ ...SAMPLE_FINDING, output: 'né' })
  await notifier.close(2000)
  await until(() => server.heard.text.endsWith('né'))
  expect(server.heard.text).toBe(`${Buffer.byteLength(message)} ${message}`.repeat(3))
  expect(stats()).toMatchObject({ written: 3, dropped: 0 })
  expect(logged).toEqual([])
  await server.stop()
})

test('over a Unix socket messages are lines', async () => {
  const path = join(folder, 'socket')
  const server = await listen(createServer(), path)
  const { notifier } = open(`syslog+unix://${path}?format=text&facility=auth`)
  notifier.write({ ...SAMPLE_FINDING, output: 'x\ny' })
  await notifier.close(2000)
  await until(() => server.heard.text !== '')
  expect(server.heard.text).toBe(`${HEAD.replace('<132>', '<36>')}Warning Read of a password file: x\\x0ay\n`)
  await server.stop()
})

describe('a Unix socket that takes datagrams', () => {
  const { EAGAIN, EMSGSIZE, ENOENT, EPROTOTYPE } = constants.errno

  /** A link whose sends end with these errnos, one after another, then with 0. */
  function link(errnos: readonly number[], maxQueued = 3) {
    const sent: string[] = []
    const streamed: string[] = []
    const said: (string | undefined)[] = []
    const left = [...errnos]
    const made = createUnixLink({
      path: '/dev/log',
      maxQueued,
      firstRetryMs: 5,
      maxRetryMs: 20,
      onChange: (error) => said.push(error?.code),
      sendDatagram: (_, bytes) => {
        const errno = left.shift() ?? 0
        if (errno === 0) sent.push(String(bytes))
        return errno
      },
      stream: () => ({
        send: (text) => streamed.push(text),
        stats: () => ({ written: streamed.length, dropped: 0 }),
        close: async () => {},
      }),
    })
    return { ...made, sent, streamed, said }
  }

  test('gets one message a datagram', () => {
    const { send, sent, stats } = link([])
    for (const text of ['a', 'b']) send(text)
    expect([sent, stats()]).toEqual([['a', 'b'], { written: 2, dropped: 0 }])
  })

  test('is served as a stream when it turns out to be one', () => {
    const { send, sent, streamed, stats } = link([EPROTOTYPE])
    for (const text of ['a', 'b']) send(text)
    expect([sent, streamed, stats()]).toEqual([[], ['a', 'b'], { written: 2, dropped: 0 }])
  })

  test.each([
    ['is absent', ENOENT, 'ENOENT'],
    ['is behind', EAGAIN, 'EAGAIN'],
  ])('is waited for while its reader %s, in order, and what finds no room is counted', async (_, errno, code) => {
    const { send, sent, said, stats } = link([errno, errno])
    for (const text of ['a', 'b', 'c', 'd']) send(text)
    await until(() => sent.length === 3)
    expect([sent, said, stats()]).toEqual([['a', 'b', 'c'], [code, undefined], { written: 3, dropped: 1 }])
  })

  test('a message that is too large for it is dropped, the next is sent', () => {
    const { send, sent, stats } = link([EMSGSIZE])
    for (const text of ['a', 'b']) send(text)
    expect([sent, stats()]).toEqual([['b'], { written: 1, dropped: 1 }])
  })

  test('closing tries once more and counts what is left', async () => {
    const { send, close, stats } = link([ENOENT, ENOENT])
    for (const text of ['a', 'b']) send(text)
    await close(10)
    expect(stats()).toEqual({ written: 0, dropped: 2 })
  })
})

test('over UDP each message is a packet', async () => {
  const server = createSocket('udp4')
  const packets: string[] = []
  server.on('message', (packet) => packets.push(String(packet)))
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  const { notifier, stats } = open(`syslog://127.0.0.1:${server.address().port}`)
  for (let n = 0; n < 3; n++) notifier.write(SAMPLE_FINDING)
  await notifier.close(2000)
  await until(() => packets.length === 3)
  expect(packets[0]?.startsWith(HEAD)).toBe(true)
  expect(JSON.parse(packets[0]?.slice(HEAD.length) ?? '')).toMatchObject({ rule: SAMPLE_FINDING.rule })
  expect(stats()).toMatchObject({ written: 3, dropped: 0 })
  server.close()
})

test('over TLS the certificate is checked', async (context) => {
  const [key, cert] = certificate() ?? context.skip('openssl is not installed')
  const server = await listen(createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }))
  const good = open(`syslog+tls://127.0.0.1:${server.port}?ca=${cert}&serverName=logs.test`)
  const bad = open(`syslog+tls://127.0.0.1:${server.port}?serverName=logs.test`)
  for (const { notifier } of [good, bad]) notifier.write(SAMPLE_FINDING)
  await until(() => server.heard.text !== '' && bad.logged.length > 0)
  await Promise.all([good.notifier.close(2000), bad.notifier.close(2000)])
  expect(server.heard.text.match(/<132>1/g)).toHaveLength(1)
  expect(good.stats()).toMatchObject({ written: 1, dropped: 0 })
  expect(bad.stats()).toMatchObject({ written: 0, dropped: 1 })
  expect(bad.logged[0]).toMatch(/cannot be reached.*certificate/)
  await server.stop()
})

test('a certificate file that is not there is said at start', () => {
  expect(() => open('syslog+tls://127.0.0.1:1?ca=/nowhere.pem')).toThrow(/cannot read \/nowhere.pem/)
})

test('a dead server is said once, its queue is bounded, and closing does not wait for it', async () => {
  const server = await listen(createServer())
  await server.stop()
  const { notifier, logged, stats } = open(`syslog+tcp://127.0.0.1:${server.port}?maxQueued=10`)
  for (let n = 0; n < 100; n++) notifier.write(SAMPLE_FINDING)
  await until(() => logged.length > 0)
  await new Promise((resolve) => setTimeout(resolve, 600))
  const started = performance.now()
  await notifier.close(5000)
  expect(performance.now() - started).toBeLessThan(1000)
  expect(logged).toHaveLength(1)
  expect(logged[0]).toMatch(/cannot be reached.*ECONNREFUSED/)
  expect(stats()).toMatchObject({ written: 0, dropped: 100 })
})

test('when the server comes back the queue is sent and the recovery is said', async () => {
  const first = await listen(createServer())
  const { notifier, logged, stats } = open(`syslog+tcp://127.0.0.1:${first.port}?format=text&maxQueued=5`)
  notifier.write({ ...SAMPLE_FINDING, output: 'one' })
  await until(() => first.heard.text.endsWith('one'))
  await first.stop()
  await until(() => logged.length === 1)
  for (let n = 0; n < 8; n++) notifier.write({ ...SAMPLE_FINDING, output: `late${n}` })
  const second = await listen(createServer(), first.port)
  await until(() => second.heard.text.endsWith('late4'))
  await notifier.close(2000)
  expect(logged[1]).toMatch(/can be reached again.*lost=3/)
  expect(stats()).toMatchObject({ written: 6, dropped: 3 })
  await second.stop()
})

test('a server that listens on UDP no more is noticed', async () => {
  const server = createSocket('udp4')
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise<void>((resolve) => server.close(resolve))
  const { notifier, logged } = open(`syslog://127.0.0.1:${port}`)
  for (let n = 0; n < 10 && logged.length === 0; n++) {
    notifier.write(SAMPLE_FINDING)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(logged[0]).toMatch(/cannot be reached.*ECONNREFUSED/)
  await notifier.close(1000)
})

test('a server that cannot even be named over UDP is said once, and what comes meanwhile waits', async () => {
  const link = { changes: 0 }
  // Without leave to broadcast the kernel refuses it, as it does where a name has no address.
  const { send, stats, close } = createDatagramLink({
    ...{ host: '255.255.255.255', port: 9, maxQueued: 5, firstRetryMs: 5, maxRetryMs: 5 },
    onChange: () => link.changes++,
  })
  for (let number = 0; number < 8; number++) send(`m${number}`)
  await until(() => link.changes > 0)
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect([link.changes, stats()]).toEqual([1, { written: 0, dropped: 3 }])
  await close(1000)
  expect(stats()).toEqual({ written: 0, dropped: 8 })
})

test('a message too long for a packet is shortened and stays JSON', () => {
  const render = (finding: typeof SAMPLE_FINDING) => JSON.stringify(finding)
  const message = createSyslogMessage({ header: 'rfc5424', facility: 'local0', appName: 'tarsier', processId: 77, render, maxBytes: 4096 })
  const text = message({ ...SAMPLE_FINDING, output: 'é'.repeat(5000) })
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
  expect(JSON.parse(text.slice(HEAD.length))).toMatchObject({ rule: SAMPLE_FINDING.rule, lineage: [] })
})

test('a text too long even so is cut at a character', () => {
  const message = createSyslogMessage({
    header: 'rfc5424',
    facility: 'local0',
    appName: 'tarsier',
    processId: 77,
    render: () => 'é'.repeat(500),
    maxBytes: 200,
  })
  const text = message(SAMPLE_FINDING)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200)
  expect(text).toMatch(/é…$/)
})

test.each([
  ['cef', /^<132>(Nov 1[45]) \d\d:\d\d:20 web-1 CEF:0\|Tarsier\|/],
  ['leef', /^<132>(Nov 1[45]) \d\d:\d\d:20 web-1 LEEF:2\.0\|Tarsier\|/],
  ['cef&header=rfc5424', /^<132>1 2023-11-14T22:13:20\.123456Z web-1 tarsier 77 Read_of_a_password_file - CEF:0\|/],
  ['ocsf', /^<132>1 2023-11-14T22:13:20\.123456Z web-1 tarsier 77 Read_of_a_password_file - \{"activity_id":1,/],
])('format=%s has the header that its receivers expect', async (format, expected) => {
  const server = createSocket('udp4')
  const received = new Promise<string>((resolve) => server.once('message', (bytes) => resolve(String(bytes))))
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  const { notifier } = open(`syslog://127.0.0.1:${server.address().port}?format=${format}`)
  notifier.write(SAMPLE_FINDING)
  expect(await received).toMatch(expected)
  await notifier.close(1000)
  server.close()
})

test('names from outside cannot break the header', () => {
  const message = createSyslogMessage({
    header: 'rfc5424',
    facility: 'local0',
    appName: 'tarsier',
    processId: 77,
    render: () => 'x',
    maxBytes: 2000,
  })
  const text = message({ ...SAMPLE_FINDING, hostname: 'a b\nc', rule: '' })
  expect(text).toBe('<132>1 2023-11-14T22:13:20.123456Z a_b_c tarsier 77 - - x')
})

/** A self-signed certificate for logs.test: [key, cert]; undefined without openssl. */
function certificate(): [string, string] | undefined {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=logs.test', '-addext', 'subjectAltName=DNS:logs.test']
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
  ]
  try {
    execFileSync('openssl', [...args, ...subject], { stdio: 'pipe' })
    return [key, cert]
  } catch {
    return undefined
  }
}
