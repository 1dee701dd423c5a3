/** Isolation and blocked destinations without BPF for control groups: by nftables, in a network namespace of the test's own. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { collect, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'

const ALONE = fileURLToPath(new URL('nftables-alone.ts', import.meta.url))
const NAMESPACE = `tarsier-nft-${process.pid}`
const { EPERM } = constants.errno
/** Kept here: a step that is killed removes nothing. */
const state = mkdtempSync(join(tmpdir(), 'tarsier-nftables-'))
const missing = ['nft', 'ip', 'nsenter'].find((program) => spawnSync(program, ['--version']).error !== undefined)
const reason = cannotObserve() ?? (missing === undefined ? undefined : `${missing} is not installed: npm run setup`)

// `ip netns exec` would hide the control groups behind a /sys of its own.
const ENTER = ['nsenter', `--net=/run/netns/${NAMESPACE}`]
const run = ([program = '', ...args]: readonly string[]): string => execFileSync(program, args, { encoding: 'utf8' })
const inside = (...command: readonly string[]): string => run([...ENTER, ...command])

beforeAll(() => {
  if (reason !== undefined) return
  run(['ip', 'netns', 'add', NAMESPACE])
  for (const line of ['link set lo up', 'route add default dev lo']) inside('ip', ...line.split(' '))
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterAll(() => {
  rmSync(state, { recursive: true, force: true })
  if (reason === undefined) run(['ip', 'netns', 'delete', NAMESPACE])
})

const step = (name: string): Record<string, unknown> => JSON.parse(inside(process.execPath, '--no-warnings', ALONE, name, state))

test('a destination is blocked for everybody, others are not, and it comes back', () => {
  expect(step('block')).toEqual({
    ...{ by: 'nftables', done: '192.0.2.77 port 443 is blocked for every process, by nftables', verified: true },
    summary: 'the kernel says that the rule stands, and a connect from this host fails',
    ...{ during: { tried: [EPERM, 0, 0] }, undone: 'it can be reached again', left: '', after: 0 },
  })
})

test('a process tree is cut off by its control group, others are not, and it comes back', () => {
  expect(step('isolate')).toEqual({
    ...{
      by: 'nftables',
      done: expect.stringContaining('cut off the network, by nftables'),
      verified: true,
      summary: expect.stringContaining('a connect from inside fails, and one from outside does not'),
    },
    ...{ during: { outside: 0 }, undone: 'it reaches the network again', left: '' },
  })
})

test('that sockets from before are not cut is told as a failure', () => {
  expect(step('older')).toMatchObject({ verified: false, summary: expect.stringContaining('1 older sockets go on'), left: '' })
})

test('without control groups, a network namespace of its own is cut off from inside', () => {
  expect(step('namespace')).toEqual({
    ...{
      by: 'nftables',
      done: expect.stringContaining('cut off the network, by nftables'),
      verified: true,
      summary: expect.stringContaining('a connect from inside fails, and one from outside does not'),
    },
    ...{ during: { tried: [EPERM, 0, EPERM, 0] }, undone: 'it reaches the network again', left: '', after: 0 },
  })
})

test('what an agent left behind is taken away, and nothing of others', () => {
  expect(step('sweep')).toEqual({ left: 'table inet others\n' })
})

test('rules end with the agent, also when it is killed', async () => {
  const child = spawn('nsenter', [ENTER[1] ?? '', process.execPath, '--no-warnings', ALONE, 'hold', state])
  const stdout = collect(child.stdout)
  await until(() => stdout().includes('holds'), 20_000, stdout)
  expect(inside('nft', 'list', 'tables')).toBe('table inet tarsier\n')
  child.kill('SIGKILL')
  await until(
    () => inside('nft', 'list', 'tables') === '',
    10_000,
    () => inside('nft', 'list', 'ruleset'),
  )
})
