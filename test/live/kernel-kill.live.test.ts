/** Killed at the hook: who does what a rule forbids dies before it is back in its program. Rules here name programs of their own, so that nobody else is hit. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, readlinkSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEngine } from '../../src/detect/engine.ts'
import { deriveKernelKill } from '../../src/detect/kernel-kill.ts'
import { VOCABULARY } from '../../src/events/fields.ts'
import { HEADER_FLAGS } from '../../src/events/header.ts'
import type { HeaderRecord } from '../../src/events/records.gen.ts'
import { loadRules } from '../../src/lang/load-rules.ts'
import { eachRecord } from '../../src/sources/each-record.ts'
import { type KernelSource, openKernelSource } from '../../src/sources/ebpf.ts'
import { cannotObserve, compileProgram, keep, type Program, recordsOf } from './observe.ts'

const reason = cannotObserve()
let program: Program
let source: KernelSource
let records: HeaderRecord[]

beforeEach(({ skip }) => {
  skip(reason !== undefined, reason)
  program = compileProgram('shellback')
  records = []
  source = openKernelSource({
    kinds: new Set(['fd.dup', 'process.exec', 'process.exit']),
    onBatch: (batch) => void eachRecord(batch, (record) => records.push(keep(record))),
  })
})
afterEach(async () => {
  await source?.stop()
  program?.remove()
})

/** Arms the conditions; every one of them has to qualify. */
function arm(...conditions: readonly string[]): void {
  const items = conditions.map((condition, index) => ({
    rule: `Rule ${index}`,
    desc: 'A test.',
    condition,
    output: 'o',
    priority: 'NOTICE',
  }))
  const { rules, planner } = createEngine(
    loadRules([{ path: 'r.yaml', text: JSON.stringify(items) }], { vocabulary: VOCABULARY }),
    VOCABULARY,
  )
  const { terms, verdicts } = deriveKernelKill(rules, planner)
  expect(verdicts.filter(({ qualifies }) => !qualifies)).toEqual([])
  expect(source.setKernelKill(terms)).toBe(0)
}

interface Shell {
  readonly pid: number
  readonly signal: string | null
  /** The shell did what it was told over the connection. */
  readonly obeyed: boolean
}

/** Runs the program against a listener that tells the shell to make a file and to end. */
async function shellBack(path: string, uid = 0): Promise<Shell> {
  const proof = join(program.folder, `proof-${Math.random()}`)
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(`echo x > ${proof}\nexit\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const child = spawn(path, [String(typeof address === 'object' ? address?.port : 0)], { stdio: 'ignore', uid })
  try {
    const signal = await new Promise<string | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (_, by) => resolve(by))
    })
    await sleep(50)
    await source.flush()
    return { pid: child.pid ?? 0, signal, obeyed: existsSync(proof) }
  } finally {
    server.close()
  }
}

const REVERSE = 'evt.type in (dup, dup2, dup3, fcntl) and evt.rawres in (0, 1, 2) and fd.type in (ipv4, ipv6)'

test('a reverse shell dies before its shell runs a command', async () => {
  expect(await shellBack(program.path)).toMatchObject({ signal: null, obeyed: true })
  arm(`${REVERSE} and proc.exepath = ${program.path}`)
  const latencies: number[] = []
  for (let run = 0; run < 20; run++) {
    const { pid, signal, obeyed } = await shellBack(program.path)
    expect({ signal, obeyed }).toEqual({ signal: 'SIGKILL', obeyed: false })
    const [dup, ...others] = recordsOf({ records }, 'fd.dup', pid)
    const [exit] = recordsOf({ records }, 'process.exit', pid)
    expect([others.length, exit?.signal, (dup?.flags ?? 0) & HEADER_FLAGS.killed]).toEqual([0, 9, HEADER_FLAGS.killed])
    latencies.push(((exit?.timeNs ?? 0) - (dup?.timeNs ?? 0)) / 1000)
  }
  expect(source.counters().kinds.get('fd.dup')?.killed).toBe(20)
  const sorted = latencies.toSorted((a, b) => a - b)
  console.log(`hook to death: median ${sorted[10]?.toFixed(0)} µs, most ${sorted.at(-1)?.toFixed(0)} µs`)
  expect(source.setKernelKill([])).toBe(0)
  expect(await shellBack(program.path)).toMatchObject({ signal: null, obeyed: true })
})

test('only whom the condition holds for: others do the same and live', async () => {
  const other = join(program.folder, 'other')
  copyFileSync(program.path, other)
  arm(`${REVERSE} and proc.exepath in (${program.path}, ${other}) and not proc.exepath in (${other}) and user.uid = 0`)
  expect(await shellBack(other)).toMatchObject({ signal: null, obeyed: true })
  expect(await shellBack(program.path)).toMatchObject({ signal: 'SIGKILL', obeyed: false })
  arm(`${REVERSE} and proc.name in (shellback, other) and not proc.exepath in (${other}, /usr/sbin/sshd)`)
  expect(await shellBack(other)).toMatchObject({ signal: null, obeyed: true })
  expect(await shellBack(program.path)).toMatchObject({ signal: 'SIGKILL', obeyed: false })
  arm(`${REVERSE} and proc.exepath = ${program.path} and user.uid != 0`)
  expect(await shellBack(program.path)).toMatchObject({ signal: null, obeyed: true })
  arm(`${REVERSE} and proc.exepath = ${program.path} and fd.type = ipv6`, `${REVERSE} and proc.exepath = ${other} and proc.name = another`)
  expect(await shellBack(program.path)).toMatchObject({ signal: null, obeyed: true })
  expect(await shellBack(other)).toMatchObject({ signal: null, obeyed: true })
})

test('a program dies before its first instruction, unless it is exempt and root runs it', async () => {
  const condition = `evt.type in (execve, execveat) and proc.name = shellback and proc.exepath = ${program.path}`
  arm(condition)
  const { pid, signal } = await shellBack(program.path)
  expect(signal).toBe('SIGKILL')
  expect(recordsOf({ records }, 'fd.dup', pid)).toEqual([])
  expect(recordsOf({ records }, 'process.exec', pid).map(({ flags }) => flags & HEADER_FLAGS.killed)).toEqual([HEADER_FLAGS.killed])
  const items = [{ rule: 'R', desc: 'A test.', condition, output: 'o', priority: 'NOTICE' }]
  const { rules, planner } = createEngine(
    loadRules([{ path: 'r.yaml', text: JSON.stringify(items) }], { vocabulary: VOCABULARY }),
    VOCABULARY,
  )
  const { dev, ino } = statSync(program.path)
  const exempt = { dev: (((dev >>> 8) & 0xfff) << 20) | (dev & 0xff) | ((dev >>> 12) & 0xfff00), ino }
  const { terms } = deriveKernelKill(rules, planner)
  const hostMntNs = Number(/\d+/.exec(readlinkSync('/proc/self/ns/mnt'))?.[0])
  expect(source.setKernelKill(terms, { ofRoot: [exempt], hostMntNs, ofAgent: [] })).toBe(0)
  expect(await shellBack(program.path)).toMatchObject({ signal: null, obeyed: true })
  chmodSync(program.folder, 0o755)
  expect(await shellBack(program.path, 65_534)).toMatchObject({ signal: 'SIGKILL' })
  // In a container root is root, too.
  expect(source.setKernelKill(terms, { ofRoot: [exempt], hostMntNs: hostMntNs + 1, ofAgent: [] })).toBe(0)
  expect(await shellBack(program.path)).toMatchObject({ signal: 'SIGKILL' })
  // What runs the agent's server is spared as its child alone, whoever runs it.
  expect(source.setKernelKill(terms, { ofRoot: [], hostMntNs, ofAgent: [exempt] })).toBe(0)
  expect(await shellBack(program.path, 65_534)).toMatchObject({ signal: null })
  expect(spawnSync('sh', ['-c', `${program.path} 1; kill -l $?`], { encoding: 'utf8' }).stdout.trim()).toBe('KILL')
})
