/** Cases of rules in real sandboxes: what is proven, what is not, and that nothing is left behind. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { ROOT, until } from '../tarsier.ts'
import { cannotContain } from './bundle.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve() ?? cannotContain()
const folder = mkdtempSync(join(tmpdir(), 'tarsier-proofs-'))
const ledger = join(folder, 'ledger.jsonl')

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Case {
  readonly name: string
  readonly run: string
  readonly in?: string
  readonly needs?: readonly string[]
}

function ruleFile(name: string, attack: readonly Case[], benign: readonly Case[] = [], where = ''): string {
  const path = join(folder, `${name}.yaml`)
  const condition = `evt.type in (open, openat, openat2) and fd.name = /etc/shadow and evt.rawres >= 0 ${where}`
  writeFileSync(path, JSON.stringify([{ rule: name, desc: 'A test.', condition, output: '%fd.name', priority: 'NOTICE', attack, benign }]))
  return path
}

interface Printed {
  readonly proofs: readonly { readonly case: string; readonly result: string; readonly reason?: string; readonly delayMs?: number }[]
}

/** With a case of each outcome, the program takes some seconds. */
function prove(rules: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'tarsier'), ['prove', '--rules', rules, '--ledger', ledger, '--json', ...args], {
    encoding: 'utf8',
    cwd: ROOT,
    timeout: 60_000,
  })
  if (stdout === '') throw new Error(stderr)
  const printed = JSON.parse(stdout) as Printed
  return { status, proofs: printed.proofs, results: Object.fromEntries(printed.proofs.map((one) => [one.case, one.result])) }
}

const READ = 'cat /etc/shadow >/dev/null'

describe('prove', () => {
  test('says of each case what the rule made of it', () => {
    const rules = ruleFile(
      'Shadow',
      [
        { name: 'found', run: READ },
        { name: 'found in a container', in: 'container', run: READ },
        { name: 'not found', run: 'cat /etc/passwd >/dev/null' },
        { name: 'broken', run: `${READ}; cat /nonesuch` },
        { name: 'endless', run: `${READ}; sleep 60` },
        { name: 'without its program', needs: ['nonesuch'], run: READ },
      ],
      [
        { name: 'quiet', run: 'cat /etc/passwd >/dev/null' },
        { name: 'loud', run: READ },
      ],
    )
    const { status, results, proofs } = prove(rules, '--timeout', '3s')
    expect(results).toEqual({
      found: 'proven',
      'found in a container': 'proven',
      'not found': 'missed',
      broken: 'error',
      endless: 'error',
      'without its program': 'skipped',
      quiet: 'silent',
      loud: 'noisy',
    })
    expect(status).toBe(1)
    expect(proofs.find((one) => one.case === 'broken')?.reason).toMatch(/nonesuch: No such file/)
    expect(proofs.find((one) => one.case === 'found')?.delayMs).toBeGreaterThanOrEqual(0)
    const entries = readFileSync(ledger, 'utf8').trim().split('\n')
    expect(entries.map((line) => JSON.parse(line).case)).toHaveLength(8)
    expect(JSON.parse(entries[0] as string)).toMatchObject({ rule: 'Shadow', kernel: expect.any(String), date: expect.any(String) })
  })

  test('what a case does to the root file system, to settings and to the network is gone, and was never seen outside', () => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8')
    const mark = `tarsier-proof-${process.pid}`
    const run = `touch /etc/${mark} /tmp/${mark} /var/${mark}; echo '|/x' >/proc/sys/kernel/core_pattern; hostname ${mark}; ip link add ${mark.slice(-12)} type dummy || true; ${READ}`
    const rules = ruleFile('Changes', [
      { name: 'on the host', run },
      { name: 'in a container', in: 'container', run: run.replace(`hostname ${mark};`, '') },
    ])
    expect(prove(rules).results).toEqual({ 'on the host': 'proven', 'in a container': 'proven' })
    for (const place of ['/etc', '/tmp', '/var']) expect(existsSync(join(place, mark))).toBe(false)
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before)
    expect(spawnSync('hostname', { encoding: 'utf8' }).stdout).not.toContain(mark)
  })

  test('a container is told from the host', () => {
    const rules = ruleFile(
      'Contained',
      [{ name: 'in a container', in: 'container', run: READ }],
      [{ name: 'on the host', run: READ }],
      'and container.id != host',
    )
    expect(prove(rules).results).toEqual({ 'in a container': 'proven', 'on the host': 'silent' })
  })

  test('two at a time keep one ledger', async () => {
    rmSync(ledger, { force: true })
    const cases = (word: string): Case[] => ['a', 'b', 'c'].map((one) => ({ name: `${word} ${one}`, run: READ }))
    const both = join(folder, 'both')
    spawnSync('mkdir', [both])
    for (const word of ['One', 'Two']) spawnSync('mv', [ruleFile(word, cases(word)), both])
    const runs = ['One', 'Two'].map((word) =>
      spawn(join(ROOT, 'tarsier'), ['prove', word, '--rules', both, '--ledger', ledger], { cwd: ROOT, stdio: 'ignore' }),
    )
    const codes = await Promise.all(runs.map((run) => new Promise((resolve) => run.on('close', resolve))))
    expect(codes).toEqual([0, 0])
    expect(readFileSync(ledger, 'utf8').trim().split('\n')).toHaveLength(6)
  })

  test('killed in the middle of a case, it leaves no process, no mount and no control group', async () => {
    const seconds = `6${process.pid}`
    const run = `${READ}; setsid sleep ${seconds}`
    const rules = ruleFile('Killed', [
      { name: 'on the host', run },
      { name: 'in a container', in: 'container', run },
    ])
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    const child = spawn(join(ROOT, 'tarsier'), ['prove', '--rules', rules, '--no-ledger', '--jobs', '2', '--timeout', '60s'], {
      stdio: 'ignore',
    })
    const sleepers = (): readonly string[] => processes().filter((line) => line.includes(`sleep\0${seconds}`))
    await until(
      () => sleepers().length === 2,
      15_000,
      () => `${sleepers().length} sleep`,
    )
    child.kill('SIGKILL')
    await until(
      () => sleepers().length === 0,
      5000,
      () => `${sleepers().length} still sleep`,
    )
    await until(
      () => controlGroups().length === 0,
      5000,
      () => controlGroups().join(' '),
    )
    await until(
      () => !processes().some((line) => line.includes('undertaker.sh\0tarsier-prove-')),
      5000,
      () => 'the undertaker stays',
    )
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(mounts)
  })
})

function processes(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
      } catch {
        return []
      }
    })
}

function controlGroups(): readonly string[] {
  return spawnSync('find', ['/sys/fs/cgroup', '-type', 'd', '-name', 'tarsier-prove-*'], { encoding: 'utf8' })
    .stdout.split('\n')
    .slice(0, -1)
}
