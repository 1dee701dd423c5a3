/** The commands that ask a server, as people type them, against the real one. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attack, HOST, processes, readOfShadow, sensor } from './browser/attack.ts'
import { connectIngest } from './browser/ingest.ts'
import { startServer, type TestServer } from './browser/server.ts'
import { ROOT } from './tarsier.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const folder = mkdtempSync(join(tmpdir(), 'tarsier-commands-'))
let server: TestServer
let token = ''

/** Not the synchronous one: the test's own sockets go on meanwhile. */
function tarsier(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, timeout: 60_000, env: { ...process.env, TARSIER_SERVER: server.url, TARSIER_TOKEN: token, ...env } }
    execFile(`${ROOT}tarsier`, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}

const inState = (): string[] => ['--state', dirname(dirname(server.ingestSocket))]
const linesOf = ({ stdout }: Ended): readonly Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

beforeAll(async () => {
  server = await startServer()
  const agent = connectIngest(server.ingestSocket, HOST)
  const nowNs = Date.now() * 1e6
  await agent.sensor(sensor(nowNs))
  await agent.history([...processes(nowNs).map((process) => ({ process })), { event: readOfShadow(nowNs - 10e9) }])
  await agent.findings(attack(nowNs))
}, 120_000)
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

describe('commands that ask a server', { timeout: 120_000 }, () => {
  test('without a token they say how to make one, and without a server how to start one', async () => {
    const nobody = await tarsier(['findings'], { TARSIER_TOKEN: '' })
    expect(nobody).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('tarsier tokens add') })
    const nowhere = await tarsier(['findings', '--server', 'http://127.0.0.1:1'])
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('tarsier run') })
  })

  test.each([
    ['a token with a line break', ['findings'], { TARSIER_TOKEN: 'tsr_SECRET\nmore' }, 'not the form'],
    ['an address with a path', ['findings'], { TARSIER_SERVER: 'http://127.0.0.1:1/x' }, 'no address of a server'],
    ['an address without a scheme', ['findings'], { TARSIER_SERVER: 'localhost:7331' }, 'no address of a server'],
  ])('%s is refused, and no secret is shown', async (_, args, env, says) => {
    const { code, stderr } = await tarsier(args, env)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(says) })
    expect(stderr).not.toContain('SECRET')
  })

  test('an empty file is no token', async () => {
    const path = join(folder, 'empty')
    writeFileSync(path, '')
    expect(await tarsier(['findings', '--token-file', path])).toMatchObject({ code: 1, stderr: expect.stringContaining('not the form') })
  })

  test('root makes a token, once there is somebody whose it is', async () => {
    const early = await tarsier(['tokens', 'add', 'x', ...inState()])
    expect(early).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no admin yet') })
    const added = await tarsier(['users', 'add', 'ada', '--role', 'admin', ...inState()])
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(` at ${server.url}/setup#`) })
    const reset = await tarsier(['users', 'reset', 'ada', '--url', 'https://tarsier.example.org/x', ...inState()])
    expect(reset.stdout).toContain(' at https://tarsier.example.org/setup#')
    const made = await tarsier(['tokens', 'add', 'shell', '--role', 'analyst', '--days', '1', ...inState()])
    expect(made.stdout).toMatch(/^tsr_[\w-]+\n$/)
    token = made.stdout.trim()
    const log = await tarsier(['audit', 'list', '--json', '--all', ...inState()])
    expect(log.stdout).toContain('token.add')
    expect(log.stdout).not.toContain(token)
  })

  test('they find the server of this host at whatever port, by the state folder', async () => {
    const [, state = ''] = inState()
    const env = { TARSIER_SERVER: '', TARSIER_STATE: state }
    mkdirSync(join(state, 'server'), { recursive: true })
    writeFileSync(join(state, 'server/address'), `${server.url}\n`)
    expect((await tarsier(['sensors', '--json'], env)).stdout).toContain(HOST)
    expect((await tarsier(['users', 'list', '--json'], env)).code).toBe(0)
    writeFileSync(join(state, 'server/address'), 'http://127.0.0.1:1\n')
    expect((await tarsier(['sensors'], env)).stderr).toContain('http://127.0.0.1:1 ')
    rmSync(join(state, 'server/address'))
  })

  test('findings are a table for people, lines of JSON for programs, and one with its reasons', async () => {
    const table = await tarsier(['findings', '--limit', '1'])
    expect(table.stdout.split('\n')).toHaveLength(3)
    expect(table.stdout).toMatch(/^TIME +PRIORITY +HOST +ID +RULE/)
    expect(table.stdout).not.toContain('\x1b')
    const all = linesOf(await tarsier(['findings', '--json']))
    expect(all.length).toBeGreaterThan(1)
    const shadow = linesOf(await tarsier(['findings', '--json', '--text', 'shadow']))
    expect(shadow.length).toBeGreaterThan(0)
    expect(shadow.length).toBeLessThan(all.length)
    const one = await tarsier(['findings', String(shadow[0]?.id)])
    expect(one.stdout).toContain('why it fired')
    expect(one.stdout).toContain('fd.name = /etc/shadow')
  })

  test('hostile arguments of a process reach no terminal', async () => {
    const { stdout } = await tarsier(['ps', '--text', 'shadow'])
    expect(stdout).toContain('<script>alert(2)</script>\\u{202e}gnp.\\x1b[31mexe')
    expect(stdout).not.toContain('\x1b')
  })

  test('an incident tells its story', async () => {
    const [incident] = linesOf(await tarsier(['incidents', '--json']))
    const told = await tarsier(['incidents', String(incident?.id)])
    expect(told.stdout).toContain('what to do next')
    expect(told.stdout).toContain(`On ${HOST},`)
    expect((await tarsier(['incidents'])).stdout).toContain(String(incident?.id))
  })

  test('incidents are taken, noted and closed, and leave the list of what is open', async () => {
    const [incident] = linesOf(await tarsier(['incidents', '--json']))
    const id = String(incident?.id)
    expect(linesOf(await tarsier(['incidents', 'assign', id, '--json']))[0]?.assignee).toEqual(expect.any(String))
    expect(linesOf(await tarsier(['incidents', 'assign', id, '--nobody', '--json']))[0]).not.toHaveProperty('assignee')
    const refused = await tarsier(['incidents', 'assign', id, '--to', 'ada'])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('API_FORBIDDEN') })
    expect(await tarsier(['incidents', 'note', id, 'a \x1b[31mtest'])).toMatchObject({ code: 0 })
    expect((await tarsier(['incidents', 'note', id])).stdout).toMatch(/Z {2}ada: a \\x1b\[31mtest\n$/)
    expect((await tarsier(['incidents', 'acknowledge', id])).stdout).toContain(`${id} is acknowledged: `)
    expect((await tarsier(['incidents', 'close', id])).stdout).toContain(`${id} is closed: `)
    expect((await tarsier(['incidents'])).stdout).not.toContain(id)
    expect((await tarsier(['incidents', 'reopen', id])).stdout).toContain(`${id} is open: `)
    expect((await tarsier(['incidents'])).stdout).toContain(id)
    expect(await tarsier(['incidents', 'close', 'inc-none'])).toMatchObject({ code: 1, stderr: expect.stringContaining('inc-none') })
  })

  test('--priority means it and all that is more urgent', async () => {
    const priorities = async (word: string): Promise<Set<unknown>> =>
      new Set(linesOf(await tarsier(['findings', '--json', '--priority', word])).map(({ priority }) => priority))
    const all = await priorities('debug')
    expect(all.size).toBeGreaterThan(1)
    expect(await priorities('emergency')).not.toEqual(all)
    expect(await priorities('info')).toEqual(all)
  })

  test('history is asked by conditions, and a wrong one is pointed at', async () => {
    const found = linesOf(await tarsier(['query', '--json', 'fd.name = /etc/shadow and proc.name = cat']))
    expect(found).toHaveLength(1)
    expect(linesOf(await tarsier(['query', '--json', 'fd.name = /etc/passwd']))).toEqual([])
    const wrong = await tarsier(['query', 'fd.nme = x'])
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/1:1: unknown field fd\.nme/) })
  })

  test('a rule is tried on history', async () => {
    const path = join(folder, 'rule.yaml')
    writeFileSync(
      path,
      '- rule: Ours\n  desc: d\n  condition: fd.name = /etc/shadow\n  output: read %fd.name by %proc.name\n  priority: NOTICE\n',
    )
    const tried = await tarsier(['rules', 'try', path, '--from', '1h'])
    expect(tried.stdout).toMatch(/^1 finding would have come/)
    expect(tried.stdout).toContain('read /etc/shadow by cat')
    const [outcome] = linesOf(await tarsier(['rules', 'try', path, '--json']))
    expect(outcome).toMatchObject({ state: 'done', findings: 1 })
    expect(await tarsier(['rules', 'try', 'No such rule'])).toMatchObject({ code: 1, stderr: expect.stringContaining('No such rule') })
  })

  test('an exception is made, listed and taken away', async () => {
    const rule = 'Password file read by an unusual program'
    const tests = ['--when', 'proc.exepath = /opt/backup', '--when', 'proc.pname in (make, ninja)']
    const made = await tarsier(['rules', 'except', rule, 'backup', ...tests, '--owner', 'ada', '--reason', 'It is ours'])
    expect(made.stdout).toBe(`${rule}: is silent about backup\n`)
    const listed = linesOf(await tarsier(['rules', 'exceptions', rule, '--json'])).filter(({ managed }) => managed)
    expect(listed).toMatchObject([{ name: 'backup', owner: 'ada', comps: ['=', 'in'], values: [['/opt/backup', ['make', 'ninja']]] }])
    expect((await tarsier(['rules', 'exceptions', rule])).stdout).toContain('proc.exepath = /opt/backup and proc.pname in (make, ninja)')
    expect((await tarsier(['rules', 'unexcept', rule, 'backup'])).code).toBe(0)
    expect((await tarsier(['rules', 'exceptions', rule])).stdout).not.toContain('/opt/backup')
    for (const [args, said] of [
      [['--owner', 'a', '--reason', 'b'], '--when'],
      [['--when', 'proc.exepath = /x'], '--owner'],
      [['--when', 'proc.exepath', '--owner', 'a', '--reason', 'b'], 'a field, an operator and a value'],
      [['--when', 'no.field = x', '--owner', 'a', '--reason', 'b'], 'no.field'],
    ] as const)
      expect((await tarsier(['rules', 'except', rule, 'wrong', ...args])).stderr).toContain(said)
  })

  test('sensors and actions are listed', async () => {
    expect((await tarsier(['sensors'])).stdout).toContain(HOST)
    expect(await tarsier(['actions'])).toMatchObject({ code: 0, stdout: '' })
  })

  test('root gives another role, takes tokens and people away', async () => {
    expect((await tarsier(['users', 'add', 'bob', ...inState()])).code).toBe(0)
    expect((await tarsier(['users', 'role', 'bob', 'analyst', ...inState()])).stdout).toBe('bob is analyst now\n')
    expect((await tarsier(['users', 'disable', 'Bob', ...inState()])).stdout).toBe('bob is let in no more\n')
    expect((await tarsier(['users', 'list', ...inState()])).stdout).toMatch(/bob +analyst +disabled/)
    expect((await tarsier(['users', 'enable', 'bob', ...inState()])).code).toBe(0)
    const [shell] = JSON.parse((await tarsier(['tokens', 'list', '--json', ...inState()])).stdout)
    expect(shell).toMatchObject({ name: 'shell', user: 'ada', role: 'analyst' })
    expect(await tarsier(['tokens', 'remove', 'none', ...inState()])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('TOKEN_UNKNOWN'),
    })
    const { id } = JSON.parse((await tarsier(['tokens', 'add', 'x', '--json', ...inState()])).stdout)
    expect((await tarsier(['tokens', 'remove', id, ...inState()])).stdout).toBe('the token x of ada is removed\n')
    expect((await tarsier(['users', 'remove', 'bob', ...inState()])).code).toBe(0)
    expect(await tarsier(['users', 'remove', 'ada', ...inState()])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('USER_LAST_ADMIN'),
    })
  })

  test('what the role may not do is refused with what it takes', async () => {
    const { stdout } = await tarsier(['tokens', 'add', 'reader', ...inState()])
    const refused = await tarsier(['rules', 'try', 'x'], { TARSIER_TOKEN: stdout.trim() })
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/API_FORBIDDEN/) })
  })

  test('a rule is switched off, put in shadow and back, by those who may', async () => {
    const rule = 'Password file read by an unusual program'
    const may = { TARSIER_TOKEN: (await tarsier(['tokens', 'add', 'rules', '--role', 'responder', ...inState()])).stdout.trim() }
    expect((await tarsier(['rules', 'disable', rule])).stderr).toContain('responder')
    expect((await tarsier(['rules', 'disable', rule], may)).stdout).toBe(`${rule}: does not run\n`)
    expect((await tarsier(['rules', 'shadow', rule], may)).stdout).toBe(`${rule}: runs in shadow\n`)
    expect(linesOf(await tarsier(['rules', 'enable', rule, '--json'], may))).toMatchObject([{ name: rule, enabled: true, shadow: false }])
    expect((await tarsier(['rules', 'reset', rule], may)).stdout).toMatch(/: runs, priority .*, as it was written\n$/)
    expect((await tarsier(['rules', 'disable', 'No such rule'], may)).stderr).toContain('No such rule')
  })
})
