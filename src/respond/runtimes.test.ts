/** Runtimes that misbehave, and a Docker Engine: a double of its documented API (`/_ping`, `/containers/{id}/…`), since none runs here. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createSocket, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../lib/log.ts'
import type { ActionContext, AnyAction } from './action.ts'
import { pauseContainer } from './actions/pause-container.ts'
import { stopContainer } from './actions/stop-container.ts'
import type { Native } from './native.ts'
import { decode, encode } from './runtimes/protobuf.ts'
import type { ActionSubject } from './subject.ts'

const ID = 'ab'.repeat(32)
const GROUP = `/docker/${ID}`

let folder: string
const servers: Server[] = []
/** gRPC waits some seconds longer for a greeting. */
const hanging: Socket[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-runtimes-'))
  makeProcess('self', { cgroup: '/', namespace: 1 })
  makeProcess('1', { cgroup: '/', namespace: 1 })
  writeFileSync(join(folder, 'proc/self/mountinfo'), '')
})
afterEach(async () => {
  for (const connection of hanging.splice(0)) connection.destroy()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(folder, { recursive: true, force: true })
})

/** As the kernel shows a process in /proc. */
function makeProcess(pid: string, { cgroup, namespace }: { readonly cgroup: string; readonly namespace: number }): void {
  const at = join(folder, 'proc', pid)
  mkdirSync(join(at, 'ns'), { recursive: true })
  writeFileSync(join(at, 'cgroup'), `0::${cgroup}\n`)
  writeFileSync(join(at, 'stat'), `${pid} (a) b) S 1 1 1 ${'0 '.repeat(15)}500 0`)
  writeFileSync(join(at, 'status'), 'Name:\tserver\nNSpid:\t4711\t1\n')
  writeFileSync(join(at, 'comm'), 'server\n')
  symlinkSync(`pid:[${namespace}]`, join(at, 'ns/pid'))
}

/** Two processes of the container, and one below that has left its group but not its namespace. */
function makeContainer(frozen: boolean): void {
  makeProcess('4711', { cgroup: GROUP, namespace: 7 })
  makeProcess('4712', { cgroup: `${GROUP}/below`, namespace: 7 })
  makeProcess('4713', { cgroup: '/elsewhere', namespace: 7 })
  makeProcess('4714', { cgroup: `${GROUP}-of-another`, namespace: 8 })
  for (const group of [GROUP, `${GROUP}/below`, '/elsewhere']) {
    mkdirSync(join(folder, 'cgroups', group), { recursive: true })
    writeFileSync(join(folder, 'cgroups', group, 'cgroup.events'), `populated 1\nfrozen ${frozen ? 1 : 0}\n`)
  }
}

interface Engine {
  readonly socket: string
  readonly asked: string[]
}

type Answer = (path: string, response: ServerResponse) => void

async function listen(server: Server): Promise<string> {
  const socket = join(folder, `socket-${servers.length}`)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return socket
}

/** Version 1.43. `state` is what it says, whatever is true. */
async function engine(state: { Running: boolean; Paused: boolean }, answer?: Answer): Promise<Engine> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(`${request.method} ${path}`)
    if (path === '/_ping') return response.setHeader('Api-Version', '1.43').end('OK')
    if (answer !== undefined) return answer(path, response)
    if (path.endsWith('/pause')) state.Paused = true
    if (path.endsWith('/unpause')) state.Paused = false
    if (path.includes('/stop?') || path.includes('/kill?')) state.Running = state.Paused = false
    if (request.method === 'POST') return response.writeHead(204).end()
    if (path !== `/v1.43/containers/${ID}/json`) return response.writeHead(404).end('{"message":"No such container"}')
    return response.end(JSON.stringify({ Id: ID, State: { ...state, Pid: state.Running ? 4711 : 0 } }))
  })
  return { socket: await listen(server), asked }
}

const context = (): ActionContext => ({
  native: {} as Native,
  proc: join(folder, 'proc'),
  cgroups: join(folder, 'cgroups'),
  state: folder,
  nowNs: () => 0,
  log: createLog({ write: () => undefined, format: 'text', level: 'error', colour: false, nowNs: () => 0 }),
  signal: new AbortController().signal,
})

const subjectOf = (id: string): ActionSubject => ({
  ...{ hostname: 'here', findingId: undefined, process: undefined, file: undefined, address: undefined },
  container: { id, name: 'web', image: undefined, pod: undefined },
})

const settings = (action: AnyAction, more: object): never =>
  action.schema.parse({ dockerSocket: '/nowhere', containerdSocket: '/nowhere', criSockets: [], runcRoots: [], ...more }) as never

describe('a double of the Docker Engine API', () => {
  test('pauses by the version of the engine, tells whom it reaches, and lets go on', async () => {
    makeContainer(true)
    const { socket, asked } = await engine({ Running: true, Paused: false })
    const config = settings(pauseContainer, { dockerSocket: socket })
    expect(await pauseContainer.reach(subjectOf(ID), config, context())).toEqual({
      pids: [4711, 4712, 4713],
      processes: ['4711 server', '4712 server', '4713 server'],
      processCount: 3,
      containers: ['web'],
    })
    const noted: unknown[] = []
    const note = (state: unknown): void => void noted.push([state, asked.some((one) => one.endsWith('/pause'))])
    const done = await pauseContainer.run(subjectOf(ID), config, { ...context(), note })
    expect(noted, 'before it was done').toEqual([[done.undo, false]])
    expect(await pauseContainer.verify(subjectOf(ID), config, done, context())).toEqual({
      verified: true,
      summary: 'docker says that it is paused, and the kernel that its 3 processes are frozen',
    })
    expect(await pauseContainer.undo?.(done.undo ?? {}, context())).toBe('docker lets it go on')
    expect(asked.filter((one) => one.startsWith('POST'))).toEqual([
      `POST /v1.43/containers/${ID}/pause`,
      `POST /v1.43/containers/${ID}/unpause`,
    ])
  })

  test('an engine that says paused while the kernel runs the processes is not believed', async () => {
    makeContainer(false)
    const { socket } = await engine({ Running: true, Paused: false })
    const config = settings(pauseContainer, { dockerSocket: socket })
    const done = await pauseContainer.run(subjectOf(ID), config, context())
    expect(await pauseContainer.verify(subjectOf(ID), config, done, context())).toEqual({
      verified: false,
      summary: 'docker says that it is paused, but the kernel that it is not frozen',
    })
  })

  test('an engine that says stopped while processes live is not believed', async () => {
    makeContainer(false)
    const { socket, asked } = await engine({ Running: true, Paused: false })
    const config = settings(stopContainer, { dockerSocket: socket, graceMs: 1500 })
    const done = await stopContainer.run(subjectOf(ID), config, context())
    expect(await stopContainer.verify(subjectOf(ID), config, done, context())).toEqual({
      verified: false,
      summary: 'docker says stopped, but 3 of its processes live: 4711 server, 4712 server, 4713 server',
    })
    expect(asked).toContain(`POST /v1.43/containers/${ID}/stop?t=2`)
  })

  test('an engine that answers for another container than was asked for is not obeyed', async () => {
    const other = await engine({ Running: true, Paused: false }, (_, response) =>
      response.end(JSON.stringify({ Id: 'cd'.repeat(32), State: { Running: true, Paused: false, Pid: 4711 } })),
    )
    await expect(pauseContainer.run(subjectOf('web'), settings(pauseContainer, { dockerSocket: other.socket }), context())).rejects.toThrow(
      'no container runtime has the container web',
    )
    expect(other.asked.filter((one) => one.startsWith('POST'))).toEqual([])
  })

  test.each([
    ['its first', 4711, 5e9, undefined],
    ['one of a group below', 4712, 5e9, undefined],
    ['one that has left the group', 4713, 5e9, undefined],
    ['one of another container', 4714, 5e9, `process 4714 is not in the container ${ID}`],
    ['one that has ended, whose number another has', 4714, 4e9, undefined],
    ['one that has ended', 4999, 5e9, undefined],
  ])('a container is stopped for a process only where it is its own: %s', async (_, pid, startNs, problem) => {
    makeContainer(false)
    const { socket, asked } = await engine({ Running: true, Paused: false })
    const subject = { ...subjectOf(ID), process: { pid, startNs, name: 'server', exePath: '' } }
    const stopping = stopContainer.run(subject, settings(stopContainer, { dockerSocket: socket, graceMs: 0 }), context())
    if (problem === undefined) await stopping
    else await expect(stopping).rejects.toThrow(problem)
    expect(asked.some((one) => one.startsWith('POST'))).toBe(problem === undefined)
  })

  test('what the engine refuses is told in its words', async () => {
    makeContainer(false)
    const { socket } = await engine({ Running: true, Paused: false }, (path, response) => {
      if (path.endsWith('/json')) response.end(JSON.stringify({ Id: ID, State: { Running: true, Paused: false, Pid: 4711 } }))
      else response.writeHead(500).end('{"message":"cannot pause: device busy"}')
    })
    await expect(pauseContainer.run(subjectOf(ID), settings(pauseContainer, { dockerSocket: socket }), context())).rejects.toThrow(
      'answered with 500: cannot pause: device busy',
    )
  })
})

describe('what names of containers may be', () => {
  test.each(['../../etc', 'a/b', 'a\nb', '', '.hidden', 'a b', `x${'y'.repeat(128)}`, 'a\0b', '%2e%2e'])(
    '%j is asked of nobody',
    async (id) => {
      const { socket, asked } = await engine({ Running: true, Paused: false })
      await expect(stopContainer.run(subjectOf(id), settings(stopContainer, { dockerSocket: socket }), context())).rejects.toThrow(
        'no runtime has ids of this form',
      )
      expect(asked).toEqual([])
    },
  )
})

describe('sockets that do no good', () => {
  test('one that hangs is asked for two seconds, by HTTP and by gRPC alike', async () => {
    const socket = await listen(createSocket((connection) => hanging.push(connection.on('error', () => undefined))))
    const begin = Date.now()
    const config = settings(stopContainer, { dockerSocket: socket, containerdSocket: socket, criSockets: [socket] })
    await expect(stopContainer.run(subjectOf(ID), config, context())).rejects.toThrow(/docker at .* did not answer within 2000 ms; cri at/)
    expect(Date.now() - begin).toBeLessThan(4_000)
  })

  test('an answer of many megabytes is cut off', async () => {
    const { socket } = await engine({ Running: true, Paused: false }, (_, response) => {
      response.on('error', () => undefined)
      for (let chunk = 0; chunk < 64; chunk++) response.write('['.repeat(1 << 20))
    })
    await expect(stopContainer.run(subjectOf(ID), settings(stopContainer, { dockerSocket: socket }), context())).rejects.toThrow(
      'its answer is larger than 4194304 bytes',
    )
  })

  test.each(['[[[[', '{"Id":7}', '{"Id":"x","State":null}', 'null', '<html>'])('%s is no container', async (body) => {
    const { socket } = await engine({ Running: true, Paused: false }, (_, response) => response.end(body))
    await expect(stopContainer.run(subjectOf(ID), settings(stopContainer, { dockerSocket: socket }), context())).rejects.toThrow(
      'answered with 200',
    )
  })
})

describe('protobuf', () => {
  test('messages come back as they were', () => {
    const bytes = encode([
      [1, 'a–b'],
      [2, 300],
      [3, true],
      [4, encode([[1, 'inner']])],
      [4, encode([[1, 'second']])],
      [20, 4_294_967_295],
      [5, ''],
    ])
    expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0x0a, 0x05]))
    const fields = decode(bytes)
    expect([fields?.text(1), fields?.number(2), fields?.number(3), fields?.number(20), fields?.text(5)]).toEqual([
      'a–b',
      300,
      1,
      4_294_967_295,
      '',
    ])
    expect(fields?.messages(4).map((one) => one.text(1))).toEqual(['inner', 'second'])
  })

  test.each([
    ['a length beyond the end', [0x0a, 0x7f, 1]],
    ['a length of many bytes', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a number without end', Array.from({ length: 12 }, () => 0xff)],
    ['field 0', [0x00, 0x01]],
    ['a group', [0x0b]],
  ])('%s is no message', (_, bytes) => {
    expect(decode(Uint8Array.from(bytes))).toBeUndefined()
  })
})
