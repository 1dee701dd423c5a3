/** What the kernel says of sockets, connections and messages, against what a program did. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { arch, cpus } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseDnsMessage } from '../../src/events/dns.ts'
import type { KindName } from '../../src/events/kinds.ts'
import { TYPE_NAMES } from '../../src/events/records.gen.ts'
import { FAMILY } from '../../src/events/shared-fields.ts'
import { cannotObserve, compileProgram, type Kept, observe, type Program, recordsOf } from './observe.ts'

const reason = cannotObserve()
let program: Program

beforeAll(() => {
  if (reason === undefined) program = compileProgram('network')
})
afterAll(() => program?.remove())
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

/** Runs a scenario under watch. `said`: the numbers that it printed, by name. */
async function scenario(name: string, kinds: readonly KindName[], options: { readonly foldWindowMs?: number } = {}) {
  let ran = { pid: 0, output: '' }
  const observed = await observe(kinds, async () => (ran = await program.run(name)), options)
  const said = Object.fromEntries(ran.output.split('\n').map((line) => line.split(' '))) as Record<string, string>
  return { ...observed, said, of: <K extends KindName>(kind: K) => recordsOf(observed, kind, ran.pid) }
}

type SocketRecord = Kept<'net.socket' | 'net.connect' | 'net.accept' | 'net.send' | 'net.tcp_state' | 'fd.dup'>

const typeOf = ({ type }: { readonly type: number }) => TYPE_NAMES[type]
/** An end as `127.0.0.1:80` or `0…01:80` in hex. */
const end = ({ family }: { readonly family: number }, address: Buffer, port: number): string =>
  `${family === FAMILY.inet ? address.subarray(0, 4).join('.') : address.toString('hex')}:${port}`
const local = (record: SocketRecord): string => end(record, record.localAddress, record.localPort)
const remote = (record: SocketRecord): string => end(record, record.remoteAddress, record.remotePort)
const ends = (record: SocketRecord): readonly [string, string] => [local(record), remote(record)]
const roles = { client: 1, server: 2 }

describe('a TCP connection', () => {
  const kinds: readonly KindName[] = ['net.connect', 'net.accept', 'net.send', 'net.recv', 'net.shutdown', 'net.tcp_state']
  const address = { tcp4: '127.0.0.1', nonblocking: '127.0.0.1', mapped: '127.0.0.1', tcp6: '00000000000000000000000000000001' }

  test.each([
    ['tcp4', 0, FAMILY.inet, 'over IPv4'],
    ['tcp6', 0, FAMILY.inet6, 'over IPv6'],
    ['nonblocking', -115, FAMILY.inet, 'that goes on after the call'],
    ['mapped', 0, FAMILY.inet, 'to an IPv4 address through an IPv6 socket'],
  ] as const)('%s: has both ends on both sides (%d, family %d: %s)', async (name, result, family, _says) => {
    const { said, of } = await scenario(name, kinds)
    const [client, server] = [`${address[name]}:${said.client}`, `${address[name]}:${said.port}`]
    const [connected] = of('net.connect')
    expect([connected?.result, connected?.family, connected?.role, ends(connected as SocketRecord)]).toEqual([
      result,
      family,
      roles.client,
      [client, server],
    ])
    const [accepted] = of('net.accept')
    expect([typeOf(accepted as SocketRecord), accepted?.role, accepted?.acceptFlags, ends(accepted as SocketRecord)]).toEqual([
      'accept4',
      roles.server,
      0o2000000,
      [server, client],
    ])
    expect(of('net.send').map((r) => [ends(r), r.role, r.payload.toString(), r.messageSize])).toEqual([
      [[client, server], roles.client, 'hello', 5],
    ])
    expect(of('net.recv').map((r) => [ends(r), r.role, r.payload.toString()])).toEqual([[[server, client], roles.server, 'helloagain']])
    expect(of('net.shutdown').map((r) => [r.how, r.role])).toEqual([[1, roles.client]])
  })

  test('that is refused has the address that was asked for', async () => {
    const { said, of } = await scenario('refused', kinds)
    expect(of('net.connect').map((r) => [r.result, remote(r), r.role])).toEqual([[-111, `127.0.0.1:${said.port}`, roles.client]])
  })

  test('tells its states on both sides, with who began it', async () => {
    const { said, of } = await scenario('tcp4', ['net.connect', 'net.accept', 'net.tcp_state'])
    const steps = (role: number) =>
      of('net.tcp_state')
        .filter((r) => r.role === role && r.remotePort !== 0)
        .map((r) => [r.oldState, r.newState])
    expect(steps(roles.client).slice(0, 3)).toEqual([
      [7, 2],
      [2, 1],
      [1, 4],
    ])
    expect(steps(roles.server).slice(0, 3)).toEqual([
      [10, 3],
      [3, 1],
      [1, 8],
    ])
    const closed = of('net.tcp_state').filter((r) => r.newState === 7 && r.oldState !== 10)
    expect(new Set(closed.flatMap((r) => [r.localPort, r.remotePort]))).toEqual(new Set([Number(said.client), Number(said.port)]))
  })

  test('made ten times is told once per CPU with folding, ten times without', async () => {
    const counts = async (foldWindowMs: number) => {
      const { of } = await scenario('again', ['net.connect', 'net.accept'], { foldWindowMs })
      return [of('net.connect').length, of('net.accept').length]
    }
    expect(await counts(0)).toEqual([10, 10])
    const folded = await counts(60_000)
    expect(folded.filter((count) => count < 1 || count > cpus().length)).toEqual([])
  })
})

describe('setting up', () => {
  test('a socket, its local end and its queue are told', async () => {
    const { said, of } = await scenario('tcp4', ['net.socket', 'net.bind', 'net.listen'], { foldWindowMs: 0 })
    const made = of('net.socket').filter((r) => r.socketType === 1)
    expect(made.map((r) => [r.family, r.protocol, r.result === r.fd])).toEqual([
      [FAMILY.inet, 0, true],
      [FAMILY.inet, 0, true],
    ])
    expect(of('net.bind').map((r) => [r.result, local(r), r.socketIno])).toEqual([[0, `127.0.0.1:${said.port}`, made[0]?.socketIno]])
    expect(of('net.listen').map((r) => [local(r), r.backlog, r.role])).toEqual([[`127.0.0.1:${said.port}`, 7, roles.server]])
  })
})

describe('a Unix socket', () => {
  const kinds: readonly KindName[] = ['net.bind', 'net.listen', 'net.connect', 'net.accept', 'net.send', 'net.recv', 'net.shutdown']

  test.each([
    ['unix', 'socket'],
    ['abstract', '@abstract name'],
  ] as const)('%s has its name at every step', async (name, path) => {
    const { of } = await scenario(name, kinds)
    const named = (kind: KindName) => of(kind).map((record) => [(record as unknown as { unixPath: string }).unixPath, record.truncated])
    expect(kinds.map(named)).toEqual(kinds.map(() => [[path, 0]]))
  })

  test('that does not exist has the name that was asked for', async () => {
    const { of } = await scenario('unix-missing', ['net.connect'])
    expect(of('net.connect').map((r) => [r.result, r.family, r.unixPath])).toEqual([[-2, FAMILY.unix, '/no/such/socket']])
  })

  test('sending datagrams tells each name once', async () => {
    const { of } = await scenario('unix-datagrams', ['net.send'])
    expect(of('net.send').map((r) => r.unixPath)).toEqual(['@a datagram socket number 1', '@a datagram socket number 2'])
  })
})

describe('datagrams', () => {
  test('the first to each peer is told, and the peer of one received', async () => {
    const { said, of } = await scenario('udp', ['net.send', 'net.recv', 'net.connect'])
    const at = (name: string): string => `127.0.0.1:${said[name]}`
    expect(of('net.send').map((r) => [...ends(r), r.payload.toString()])).toEqual([
      [at('self'), at('one'), 'to one'],
      [at('self'), at('two'), 'to two'],
    ])
    expect(of('net.recv').map((r) => [...ends(r), r.payload.toString()])).toEqual([[at('one'), at('self'), 'to one']])
    expect(of('net.connect').map((r) => ends(r))).toEqual([[at('self'), at('one')]])
  })

  test('of DNS are all told, each message of a call by itself, put together from its pieces', async () => {
    const { of } = await scenario('dns', ['net.send', 'net.recv'])
    expect(of('net.send').map(typeOf)).toEqual(['sendmmsg', 'sendmmsg', 'sendmsg'])
    expect(of('net.recv').map(typeOf)).toEqual(['recvmsg', 'recvmmsg', 'recvmmsg'])
    expect(new Set(of('net.send').map((r) => remote(r)))).toEqual(new Set(['127.0.0.1:53']))
    for (const { payload } of [...of('net.send'), ...of('net.recv')])
      expect(parseDnsMessage(payload)).toMatchObject({ id: 0x1234, questions: [{ name: 'example.test', type: 'A' }], complete: true })
  })

  test('of DNS are told also when the socket is written and read like a file', async ({ skip }) => {
    const { of, hooks } = await scenario('plain-dns', ['net.send', 'net.recv'])
    skip(
      hooks.some(({ program, state }) => program === 'net_send__write' && state === 'missing'),
      'the tracepoints are of Linux 6.3',
    )
    expect([...of('net.send'), ...of('net.recv')].map(typeOf)).toEqual(['write', 'writev', 'read', 'readv'])
    for (const { payload, remotePort, localPort } of [...of('net.send'), ...of('net.recv')]) {
      expect(parseDnsMessage(payload)?.questions).toEqual([{ name: 'example.test', type: 'A' }])
      expect([remotePort, localPort]).toContain(53)
    }
  })

  test('long ones keep 80 bytes, to port 53 512, and say that they were cut', async () => {
    const { of } = await scenario('payloads', ['net.send', 'net.recv'])
    const kept = [...of('net.send'), ...of('net.recv')].map((r) => [typeOf(r), r.payload.length, r.messageSize, r.truncated])
    expect(kept).toEqual([
      ['sendto', 80, 1000, 2],
      ['sendto', 512, 1000, 2],
      ['recvfrom', 512, 1000, 2],
    ])
    expect(of('net.send')[1]?.payload.toString().startsWith('abcdefghijklmnopqrstuvwxyzabc')).toBe(true)
  })
})

test('addresses and messages that lead nowhere are told as far as they go', async () => {
  const { of } = await scenario('hostile', ['net.socket', 'net.bind', 'net.connect', 'net.send', 'net.recv'], { foldWindowMs: 0 })
  expect(of('net.connect').map((r) => [r.result, r.family, r.remotePort, r.unixPath])).toEqual([
    [-14, FAMILY.inet, 0, ''],
    [-22, FAMILY.inet, 0, ''],
    [-22, expect.any(Number), expect.any(Number), ''],
    [-9, FAMILY.inet, 1, ''],
    [-88, FAMILY.inet, 2, ''],
    [expect.any(Number), FAMILY.unix, 0, 'n'.repeat(108)],
    [0, FAMILY.inet, 53, ''],
  ])
  expect(of('net.bind').map((r) => [r.result, r.unixPath])).toEqual([[0, 'nnn']])
  expect(of('net.send')).toEqual([])
  expect(
    of('net.socket')
      .map((r) => [r.result, r.fd, r.family])
      .at(-1),
  ).toEqual([-97, -1, 12_345])
})

describe('a socket put on a standard descriptor', () => {
  test('is told by each call that can do it; files and other descriptors are not', async () => {
    const { said, of } = await scenario('dup', ['fd.dup', 'net.connect'])
    const from = Number(said.fd)
    const internet = of('fd.dup').filter(({ family }) => family === FAMILY.inet)
    expect(internet.map((r) => [typeOf(r), r.fd, r.oldFd, r.remotePort, r.role])).toEqual([
      ['dup2', 0, from, Number(said.port), roles.client],
      ['dup3', 1, from, Number(said.port), roles.client],
      ['dup', 2, from, Number(said.port), roles.client],
      ['fcntl', 0, from, Number(said.port), roles.client],
    ])
  })

  test('by a shell that redirects to /dev/tcp is told with the peer', async () => {
    const server = createServer((socket) => socket.end('exit\n'))
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    )
    const observed = await observe(['net.connect', 'fd.dup'], () => ended(`bash >& /dev/tcp/127.0.0.1/${port} 0>&1`))
    server.close()
    const [connected] = recordsOf(observed, 'net.connect').filter(({ remotePort }) => remotePort === port)
    expect([connected?.result, remote(connected as SocketRecord)]).toEqual([0, `127.0.0.1:${port}`])
    const dups = recordsOf(observed, 'fd.dup', connected?.pid).filter(({ remotePort }) => remotePort === port)
    expect(dups.map((r) => [r.fd, r.socketIno])).toEqual([1, 2, 0].map((fd) => [fd, connected?.socketIno]))
  })
})

/** Runs a line of bash to its end. */
function ended(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', line], { stdio: 'ignore' })
    child.on('error', reject)
    child.on('close', () => resolve())
  })
}

test('32-bit calls are told with their own layouts, also through socketcall', async ({ skip }) => {
  skip(arch() !== 'x64', 'int 0x80 is of x86')
  const { said, of } = await scenario('compat', ['net.socket', 'net.connect', 'net.send'], { foldWindowMs: 0 })
  const compat = <R extends { readonly flags: number }>(records: readonly R[]) => records.filter(({ flags }) => (flags & 1) === 1)
  expect(compat(of('net.socket')).map((r) => [typeOf(r), r.family, r.socketType])).toEqual([
    ['socket', FAMILY.inet, 1],
    ['socket', FAMILY.inet, 2],
  ])
  expect(compat(of('net.connect')).map((r) => [r.result, remote(r)])).toEqual([
    [0, `127.0.0.1:${said.port}`],
    [0, `127.0.0.1:${said.udp}`],
  ])
  expect(compat(of('net.send')).map((r) => [typeOf(r), remote(r), r.payload.toString()])).toEqual([
    ['sendmsg', `127.0.0.1:${said.udp}`, 'compat'],
  ])
})
