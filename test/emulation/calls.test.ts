/** On a kernel that takes programs on functions: system calls are watched by them, as completely as by tracepoints, and other calls pay nothing. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cannotObserve } from '../live/observe.ts'
import { LOOPS, type Seen, type Watched } from './calls-inside.ts'
import { cannotEmulate, emulate } from './machine.ts'

const skipped = cannotEmulate() ?? cannotObserve()
const TIMEOUT_MS = 200_000
const NATIVE = fileURLToPath(new URL('../../native', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tarsier-calls-'))

/** Calls that came after Linux 6.1. */
const YOUNGER: readonly string[] = ['fexit/__x64_sys_fchmodat2', 'fexit/__x64_sys_setxattrat']

const callsWithProgram = readdirSync(join(NATIVE, 'bpf'))
  .filter((name) => name.endsWith('.bpf.c'))
  .map((name) => readFileSync(join(NATIVE, 'bpf', name), 'utf8'))
  .flatMap((text) => [...text.matchAll(/^(?:SYSCALL\(\w+, |DUP_CALL\(|OPEN\()(\w+),/gm)].map(([, name]) => name))

describe.skipIf(skipped !== undefined)('on a kernel that takes programs on functions', () => {
  let seen: Seen

  beforeAll(async () => {
    const program = join(folder, 'calls')
    execFileSync('cc', ['-O1', '-o', program, fileURLToPath(new URL('programs/calls.c', import.meta.url))], { stdio: 'inherit' })
    const done = await emulate(`node test/emulation/calls-inside.ts ${program}`, { deadlineMs: TIMEOUT_MS - 10_000 })
    expect(done, done.output + done.console).toMatchObject({ code: 0 })
    seen = JSON.parse(done.output) as Seen
  }, TIMEOUT_MS)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const callTracepoints = ({ sections }: Watched): readonly string[] =>
    sections.filter((section) => /syscalls|sys_exit|sys_enter/.test(section))

  test('every program hangs on a function, and none on a tracepoint of system calls', () => {
    expect(seen.chosen.because).toBeNull()
    expect(seen.chosen.failed).toEqual([])
    expect(callTracepoints(seen.chosen)).toEqual([])
    const calls = callsWithProgram.map((call) => `fexit/__x64_sys_${call}`).filter((section) => !YOUNGER.includes(section))
    expect(seen.chosen.sections).toEqual(expect.arrayContaining([...calls, 'fexit/ia32_sys_call']))
  })

  test('the events are those that tracepoints make, in order and content: of 64-bit calls, of 32-bit ones, and of such as a filter refused', () => {
    expect(seen.chosen.events).toEqual(seen.byTracepoints.events)
    const begins = (start: string): unknown => expect.arrayContaining([expect.stringMatching(`^${start}`)])
    expect(seen.chosen.events).toEqual(begins('file.open openat 3 '))
    expect(seen.chosen.events).toEqual(begins('file.open openat -2 '))
    expect(seen.chosen.events).toEqual(begins('net.connect connect -111 '))
    expect(seen.chosen.events).toEqual(begins('process.exec_failed execve -2 '))
    expect(seen.chosen.events).toEqual(begins('file.unlink unlink 0 5 ')) // 5: has a result, and is a 32-bit call
    expect(seen.chosen.events).toEqual(begins('syscall.compat compat -38 5 .*number=222'))
    expect(seen.chosen.events).toEqual(begins('mount.mount mount -1 .*targetPath=/ '))
    expect(seen.chosen.events).toEqual(begins('syscall.compat compat -1 5 .*number=64'))
  })

  test('kinds of events that come while the sensor runs are watched likewise, and go again', () => {
    const without = seen.chosen.events.filter((event) => !/^(?:file\.unlink|mount\.mount) /.test(event))
    expect(without.length).toBeLessThan(seen.chosen.events.length)
    expect(seen.chosen.fewer.filter((event) => !event.startsWith('syscall.compat '))).toEqual(
      without.filter((event) => !event.startsWith('syscall.compat ')),
    )
    // Of 32-bit calls without a program of their own it is told that they were made.
    expect(seen.chosen.fewer).toEqual(seen.byTracepoints.fewer)
  })

  test('with tracepoints each call of a process goes the slow way into the kernel, also one that nobody watches; with functions none does', () => {
    expect(seen.byTracepoints).toMatchObject({ because: 'asked for' })
    expect(seen.byTracepoints.slow).toBeGreaterThanOrEqual(LOOPS)
    expect(seen.chosen.slow).toBe(0)
  })

  test('where the kernel preempts programs, which share memory by processor, tracepoints are used', () => {
    expect(seen.preempted).toMatch(/^this kernel preempts programs: .*\(full\)/)
  })
})

test('the loader knows the number of each call that has a program: where a filter refuses one, its program is found by it', () => {
  expect(callsWithProgram.length).toBeGreaterThan(90)
  const numbers = readFileSync(join(NATIVE, 'addon/call-numbers.c'), 'utf8')
  expect(callsWithProgram.filter((name) => !numbers.includes(`{ "${name}", `))).toEqual([])
})
