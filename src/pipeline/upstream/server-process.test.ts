/** The server is played by small programs. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../test/tarsier.ts'
import { keepServer, type ServerProcess } from './server-process.ts'

let folder: string
let printed = ''
let said: string[] = []
const kept: ServerProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-server-process-'))
  printed = ''
  said = []
})
afterEach(async () => {
  for (const one of kept.splice(0)) await one.end(0)
  rmSync(folder, { recursive: true })
})

const say = (message: string, facts = {}): void => void said.push(`${message} ${JSON.stringify(facts)}`)
const LOG = { debug: (message: string, facts = {}) => say(`debug: ${message}`, facts), info: say, warning: say, error: say }
const all = (): string => `${printed}\n${said.join('\n')}`

function keep(program: string): ServerProcess {
  const path = join(folder, 'server.mjs')
  writeFileSync(path, program)
  const server = keepServer({
    command: [process.execPath, path],
    print: (lines) => {
      printed += lines
    },
    log: LOG,
  })
  kept.push(server)
  return server
}

const count = (pattern: RegExp): number => printed.match(pattern)?.length ?? 0
/** Ends like a server: when it is asked to, or when its agent is gone. */
const SERVER = `process.on('disconnect', () => process.exit(0)); setInterval(() => {}, 1000); console.error('up', process.pid);`

const isGone = (pid: number | undefined): boolean =>
  !existsSync(`/proc/${pid}/stat`) || / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

test('what it prints is passed on in whole lines, whichever way it prints it', async () => {
  keep(
    `process.stdout.write('con'); setTimeout(() => { console.log('sole http://127.0.0.1:7331'); console.error('and this') }, 50); setInterval(() => {}, 1000)`,
  )
  await until(() => /and this/.test(printed) && /console/.test(printed), 10_000, all)
  expect(printed.trim().split('\n').sort()).toEqual(['and this', 'console http://127.0.0.1:7331'])
})

test('it is started again when it ends, and it is said why', { timeout: 30_000 }, async () => {
  const server = keep(`console.error('up', process.pid); process.exitCode = 7`)
  await until(() => count(/up/g) >= 2, 20_000, all)
  expect(said[0]).toMatch(/the server ended and is started again.*"code":7/)
  expect(server.restarts()).toBeGreaterThanOrEqual(1)
})

test('one that fails again and again is told once, in its own words, and tried ever more seldom', { timeout: 30_000 }, async () => {
  const starts = join(folder, 'starts')
  const server = keep(`
    import { appendFileSync, readFileSync } from 'node:fs'
    appendFileSync(${JSON.stringify(starts)}, 'x')
    console.error('error: cannot listen'); console.error('  take another port')
    if (readFileSync(${JSON.stringify(starts)}, 'utf8').length === 3) console.error('and something new')
    process.exitCode = 4`)
  await until(() => said.length >= 3, 20_000, all)
  expect(server.restarts()).toBeGreaterThanOrEqual(2)
  expect(printed.split('\n').sort()).toEqual(['', '  take another port', 'and something new', 'error: cannot listen'])
  expect(said.map((line) => [line.startsWith('debug:'), Number(/"seconds":(\d+)/.exec(line)?.[1])])).toEqual([
    [false, 1],
    [true, 2],
    [true, 4],
  ])
})

test('one that cannot be started at all is tried again, too', async () => {
  const server = keepServer({ command: ['/no/such/program'], print: () => {}, log: LOG })
  kept.push(server)
  await until(() => said.length > 0, 10_000, all)
  expect(said[0]).toContain('ENOENT')
  expect(server.pid()).toBeUndefined()
})

test('it is ended in good order, and is not started again', async () => {
  const server = keep(`process.on('SIGTERM', () => { console.error('leaving'); process.exit(0) }); ${SERVER}`)
  await until(() => count(/up/g) === 1, 10_000, all)
  const pid = server.pid()
  await server.end(10_000)
  expect(isGone(pid)).toBe(true)
  await until(() => count(/leaving/g) === 1, 5000, all)
  expect(said).toEqual([])
})

test('one that does not end when asked, or stands still, is ended by force', async () => {
  const server = keep(`process.on('SIGTERM', () => {}); ${SERVER}`)
  await until(() => count(/up/g) === 1, 10_000, all)
  const pid = server.pid() as number
  process.kill(pid, 'SIGSTOP')
  await server.end(200)
  expect(isGone(pid)).toBe(true)
})

test('it ends when its agent is killed', async () => {
  writeFileSync(join(folder, 'server.mjs'), SERVER)
  writeFileSync(
    join(folder, 'agent.ts'),
    `
    import { keepServer } from ${JSON.stringify(new URL('./server-process.ts', import.meta.url).href)}
    const log = { debug() {}, info() {}, warning() {}, error() {} }
    keepServer({ command: [process.execPath, process.argv[2]], print: (lines) => process.stdout.write(lines), log })
    `,
  )
  const agent = spawn(process.execPath, [join(folder, 'agent.ts'), join(folder, 'server.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
  agent.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await until(() => /up \d+/.test(printed), 15_000, all)
  const pid = Number(/up (\d+)/.exec(printed)?.[1])
  agent.kill('SIGKILL')
  await until(() => isGone(pid), 10_000, all)
})
