/** Prevention on a real kernel: what rules forbid does not happen, and nothing that becomes of the agent keeps anybody waiting. Marks a tmpfs of its own alone. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect, type RunningTarsier, startTarsier, until } from '../tarsier.ts'
import { cannotObserve, compileProgram } from './observe.ts'
import { helpers } from './prevent-helpers.ts'

const HELPER = fileURLToPath(new URL('../../build/tarsier-prevent', import.meta.url))
const ALONE = fileURLToPath(new URL('prevention-alone.ts', import.meta.url))
/** A busy machine is slow, but an open that waits for somebody who does not answer takes for ever. */
const AT_ONCE_MS = 2000
const LONG_DEADLINE_MS = 5000
const EPERM = 1
const CAT = '/usr/bin/cat'

const reason = cannotObserve() ?? (existsSync(HELPER) ? undefined : 'build/tarsier-prevent is not built: npm run setup')
const folder = mkdtempSync(join(tmpdir(), 'tarsier-prevention-'))
const mount = join(folder, 'mount')
const running: RunningTarsier[] = []
const children: ChildProcess[] = []

beforeAll(() => {
  mkdirSync(mount)
  if (reason !== undefined) return
  execFileSync('mount', ['-t', 'tmpfs', 'none', mount])
  for (const name of ['drop', 'free', 'models', 'ask']) mkdirSync(join(mount, name))
  writeFileSync(join(mount, 'models/weights'), 'secret')
  writeFileSync(join(mount, 'ask/file'), 'asked')
  writeFileSync(join(mount, 'free/file'), 'free')
  writeFileSync(join(mount, 'free/leased'), 'leased')
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterEach(async () => {
  const ours = [...running.map(({ child }) => child), ...children].flatMap(({ pid }) => (pid === undefined ? [] : helpers(pid)))
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const one of running.splice(0)) await one.stop('SIGKILL')
  await until(
    () => helpers().every((pid) => !ours.includes(pid)),
    5000,
    () => `still there: ${helpers()}`,
  )
})
afterAll(() => {
  if (reason === undefined) execFileSync('umount', [mount])
  rmdirSync(mount)
  rmSync(folder, { recursive: true })
})

interface Marked {
  readonly condition: string
  readonly name?: string
}

const NO_DROPS = { name: 'Dropped program', condition: `evt.type in (execve, execveat) and proc.exepath startswith ${mount}/drop/` }
const NO_READERS = {
  name: 'Model read by another program',
  condition: `evt.type in (open, openat, openat2) and evt.is_open_read=true and fd.num>=0 and fd.name startswith ${mount}/models/ and not proc.exepath in (/usr/bin/head)`,
}
/** Only the engine knows the environment. */
const ASKED = {
  name: 'Asked',
  condition: `evt.type in (open, openat, openat2) and fd.name startswith ${mount}/ask/ and proc.env[DENY]=yes`,
}

function writeRules(rules: readonly Marked[]): string {
  const path = join(folder, 'rules.yaml')
  const marked = rules.map(({ name = 'Marked', condition }) => {
    const output = 'done to %fd.name %proc.exepath by %proc.pid result %evt.res'
    return { rule: name, desc: 'A test.', condition, output, priority: 'WARNING', prevent: true, warn_evttypes: false }
  })
  writeFileSync(path, JSON.stringify(marked))
  return path
}

async function start(rules: readonly Marked[], args: readonly string[] = ['--prevent', 'act']): Promise<RunningTarsier> {
  const path = writeRules(rules)
  const agent = await startTarsier([
    'run',
    '--rules',
    path,
    '--format',
    'json',
    '--state',
    join(folder, 'state'),
    '--prevent-on',
    mount,
    ...args,
  ])
  running.push(agent)
  if (!args.includes('off')) await until(() => /^tarsier: prevention \(/m.test(agent.stderr()), 10_000, agent.stderr)
  return agent
}

/** Reads a file as another program; kills it where it hangs. */
function read(path: string, program = CAT, env: NodeJS.ProcessEnv = {}) {
  const begun = performance.now()
  const { status, stdout, signal } = spawnSync(program, [join(mount, path)], {
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
    env,
  })
  return { read: status === 0, text: stdout, hung: signal !== null, ms: performance.now() - begun }
}

/** FAN_UNLIMITED_QUEUE: of what falls off the queue nobody is asked, and it is allowed. */
const queueHasNoLimit = (pid: number): boolean =>
  readdirSync(`/proc/${pid}/fdinfo`).some((fd) => {
    const flags = /^fanotify flags:([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 16) & 0x10) !== 0
  })

const askFor = (deny: 'yes' | 'no') => read('ask/file', CAT, { DENY: deny })

describe('act', () => {
  test('a dropped program does not run: what it would do does not happen, and the finding says so', async () => {
    const agent = await start([NO_DROPS])
    const [dropped, free] = ['drop', 'free'].map((place) => join(mount, place, 'toucher')) as [string, string]
    for (const path of [dropped, free]) {
      copyFileSync('/usr/bin/touch', path)
      chmodSync(path, 0o755)
    }
    const denied = spawnSync(dropped, [join(mount, 'made-by-dropped')], { timeout: 10_000 })
    const allowed = spawnSync(free, [join(mount, 'made-by-free')], { timeout: 10_000 })

    expect((denied.error as NodeJS.ErrnoException).code).toBe('EPERM')
    expect(existsSync(join(mount, 'made-by-dropped'))).toBe(false)
    expect(allowed.status).toBe(0)
    expect(existsSync(join(mount, 'made-by-free'))).toBe(true)
    const finding = await agent.finding(({ rule, output }) => rule === 'Dropped program' && output.includes('(prevented)'))
    expect(finding.output_fields).toMatchObject({ 'evt.res': 'EPERM', 'proc.exepath': dropped })
    expect(finding.lineage.map(({ exe_path }) => exe_path)).toContain(process.execPath)
  })

  test('a protected file can be read by the one program and by no other, whatever way leads to it', async () => {
    const agent = await start([NO_READERS])
    execFileSync('ln', ['-sf', join(mount, 'models/weights'), join(mount, 'free/link')])

    expect(read('models/weights')).toMatchObject({ read: false, text: '' })
    expect(read('free/link')).toMatchObject({ read: false, text: '' })
    expect(read('models/weights', '/usr/bin/head')).toMatchObject({ read: true, text: 'secret' })
    expect(spawnSync('sh', ['-c', `: >> ${mount}/models/weights`]).status).toBe(0)
    await agent.finding(
      ({ rule, output }) => rule === NO_READERS.name && output.includes(`${mount}/models/weights`) && output.includes('(prevented)'),
    )
  })

  test('what only the engine knows is asked of it, answered in time, and denied by what it says', async () => {
    const agent = await start([ASKED], ['--prevent', 'act', '--prevent-deadline', '5s'])

    expect(askFor('yes')).toMatchObject({ read: false, text: '' })
    expect(askFor('no')).toMatchObject({ read: true, text: 'asked' })
    await agent.finding(({ rule, output }) => rule === 'Asked' && output.includes('(prevented)'))
  })

  test('a file that was allowed under one name is denied under another, a second later at most', async () => {
    await start([NO_DROPS])
    const before = join(mount, 'free/mover')
    copyFileSync('/usr/bin/true', before)
    chmodSync(before, 0o755)
    for (let times = 0; times < 5; times++) expect(spawnSync(before).status).toBe(0)
    renameSync(before, join(mount, 'drop/mover'))
    await delay(1300)
    expect((spawnSync(join(mount, 'drop/mover')).error as NodeJS.ErrnoException | undefined)?.code).toBe('EPERM')
  })

  test('new rules decide from then on, and what they do not speak of is let go', async () => {
    const agent = await start([NO_READERS])
    expect(read('models/weights').read).toBe(false)
    writeRules([NO_DROPS])
    agent.child.kill('SIGHUP')
    await until(() => read('models/weights').read, 10_000, agent.stderr)
    copyFileSync('/usr/bin/true', join(mount, 'drop/after'))
    chmodSync(join(mount, 'drop/after'), 0o755)
    expect((spawnSync(join(mount, 'drop/after')).error as NodeJS.ErrnoException | undefined)?.code).toBe('EPERM')
  })

  test('a rule that holds for everything denies nothing to protected programs', async () => {
    const guarded = join(folder, 'guarded')
    copyFileSync(CAT, guarded)
    chmodSync(guarded, 0o755)
    await start(
      [{ condition: 'evt.type in (open, openat, openat2, execve, execveat)' }],
      ['--prevent', 'act', '--prevent-protect', guarded],
    )

    expect(read('free/file')).toMatchObject({ read: false })
    expect(read('free/file', guarded)).toMatchObject({ read: true, text: 'free' })
  })
})

test('whoever lies deeper than any name leads is neither run where a place is forbidden nor let read what is forbidden', async () => {
  const deep = compileProgram('deep')
  await start([NO_DROPS, NO_READERS])
  const run = (place: string, levels: string, program: string, ...args: readonly string[]) => {
    const { status, stdout } = spawnSync(deep.path, [place, levels, '250', program, ...args], { encoding: 'utf8', timeout: 20_000 })
    return { status, stdout }
  }
  try {
    const weights = join(mount, 'models/weights')
    expect(run(deep.folder, '20', CAT, join(mount, 'free/file'))).toEqual({ status: 0, stdout: 'free' })
    expect(run(deep.folder, '20', CAT, weights)).toEqual({ status: 1, stdout: '' })
    expect(run(join(mount, 'drop'), '20', '/usr/bin/true').status).toBe(EPERM)
  } finally {
    execFileSync('rm', ['-r', deep.folder]) // deeper than Node takes away
  }
})

test('the last of more than a thousand mounts is watched, too', async () => {
  const crowd = compileProgram('mounts')
  const late = join(crowd.folder, 'late')
  const condition = `evt.type in (open, openat) and fd.name startswith ${late}/`
  const alone = spawn(crowd.path, [crowd.folder, '1500', process.execPath, ALONE, late, '50', condition], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(alone)
  const said = collect(alone.stdout)
  await until(() => said().includes('ready'), 20_000, said)
  const readThere = () => spawnSync('nsenter', [`--mount=/proc/${alone.pid}/ns/mnt`, CAT, join(late, 'file')], { timeout: 20_000 }).status

  expect(readThere()).toBe(1)
  alone.stdin.end()
  await until(() => alone.exitCode !== null, 5000, said)
  crowd.remove()
})

test('a program that hosts need is spared where root started it, and not where anybody did to do something else by it', async ({
  skip,
}) => {
  const needed = ['/usr/bin/login', '/usr/sbin/sshd', '/usr/bin/dbus-daemon'].find((path) => existsSync(path))
  if (needed === undefined) skip('none of these programs is installed')
  const library = join(mount, 'free/preloaded.so')
  chmodSync(folder, 0o755)
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, fileURLToPath(new URL('programs/preloaded.c', import.meta.url))])
  await start([NO_READERS])
  const weights = (uid: number, more: NodeJS.ProcessEnv = {}): string => {
    const env = { LD_PRELOAD: library, READ: join(mount, 'models/weights'), ...more }
    return spawnSync(needed as string, [], { encoding: 'utf8', timeout: 20_000, uid, cwd: mount, env }).stdout
  }

  expect(weights(0)).toBe('secret')
  expect(weights(0, { DROP: 'yes' }), 'what such a process became for a user').toBe('secret')
  expect(weights(65_534)).toBe('')
})

describe('dry-run', () => {
  test('nothing is denied, and a finding tells what would have been', async () => {
    const agent = await start([NO_READERS, ASKED], [])

    expect(read('models/weights')).toMatchObject({ read: true, text: 'secret' })
    expect(askFor('yes')).toMatchObject({ read: true, text: 'asked' })
    await agent.finding(({ rule, output }) => rule === NO_READERS.name && output.includes('(would have been prevented)'))
    await agent.finding(({ rule, output }) => rule === 'Asked' && output.includes('(would have been prevented)'))
  })
})

test('off: no helper runs', async () => {
  const agent = await start([NO_READERS], ['--prevent', 'off'])
  expect(helpers(agent.child.pid)).toEqual([])
  expect(read('models/weights')).toMatchObject({ read: true })
})

describe('nobody waits', () => {
  test('for an agent that was stopped, under load; and its table goes on', async () => {
    const agent = await start([ASKED, NO_READERS])
    agent.child.kill('SIGSTOP')
    const load = spawn('sh', ['-c', `while :; do cat ${mount}/ask/file ${mount}/free/file; done`], {
      stdio: 'ignore',
      env: { DENY: 'yes', PATH: '/usr/bin' },
      detached: true,
    })
    try {
      for (let times = 0; times < 5; times++) {
        const { read: allowed, ms } = askFor('yes')
        expect(allowed).toBe(true)
        expect(ms).toBeLessThan(AT_ONCE_MS)
      }
      expect(read('models/weights').read).toBe(false)
    } finally {
      process.kill(-(load.pid as number), 'SIGKILL')
      agent.child.kill('SIGCONT')
    }
    await until(() => !askFor('yes').read, 10_000, agent.stderr)
  })

  test('for an agent that is killed while they wait', async () => {
    const agent = await start([ASKED], ['--prevent', 'act', '--prevent-deadline', `${LONG_DEADLINE_MS}ms`])
    const [helper] = helpers(agent.child.pid)
    agent.child.kill('SIGSTOP')
    const begun = performance.now()
    const reader = spawn(CAT, [join(mount, 'ask/file')], { env: { DENY: 'yes' }, stdio: ['ignore', 'pipe', 'ignore'] })
    const text = collect(reader.stdout)
    await delay(300)
    expect(reader.exitCode).toBe(null)
    agent.child.kill('SIGKILL')
    await until(() => reader.exitCode !== null, LONG_DEADLINE_MS, text)
    expect(performance.now() - begun).toBeLessThan(LONG_DEADLINE_MS)
    expect(text()).toBe('asked')
    await until(
      () => !helpers().includes(helper as number),
      5000,
      () => String(helpers()),
    )
  })

  test('for a helper that somebody stops: it is ended, those who wait go on, and another takes its place', async () => {
    const agent = await start([ASKED, NO_READERS], ['--prevent', 'act', '--prevent-deadline', `${LONG_DEADLINE_MS}ms`])
    const [helper] = helpers(agent.child.pid)
    process.kill(helper as number, 'SIGSTOP')
    const { read: allowed, ms } = read('models/weights')
    expect(allowed).toBe(true)
    expect(ms).toBeLessThan(AT_ONCE_MS)
    await agent.finding(({ rule }) => rule === 'Tarsier prevents nothing')
    await until(() => !read('models/weights').read, 10_000, agent.stderr)
    expect(helpers(agent.child.pid)).not.toContain(helper)
  })

  test('for a helper that is frozen, of which nobody is told', async ({ skip }) => {
    const hierarchy = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'))?.[1]
    if (hierarchy === undefined) skip('no hierarchy of cgroups of version 2 is mounted')
    const agent = await start([NO_READERS])
    const [helper] = helpers(agent.child.pid)
    const cgroup = join(hierarchy as string, `tarsier-prevention-${process.pid}`)
    mkdirSync(cgroup)
    try {
      writeFileSync(join(cgroup, 'cgroup.procs'), String(helper))
      writeFileSync(join(cgroup, 'cgroup.freeze'), '1')
      const { read: allowed, ms } = read('models/weights')
      expect(allowed).toBe(true)
      expect(ms).toBeLessThan(AT_ONCE_MS)
      await until(() => !helpers().includes(helper as number), 5000, agent.stderr)
    } finally {
      rmdirSync(cgroup)
    }
  })

  test('for JavaScript that is busy for seconds', async () => {
    const alone = spawn(process.execPath, [ALONE, mount, '50', ASKED.condition], { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(alone)
    const said = collect(alone.stdout)
    await until(() => said().includes('ready'), 20_000, said)
    expect(askFor('no').read).toBe(false)
    alone.stdin.write('block 3000\n')
    await until(() => said().includes('blocking'), 5000, said)
    const { read: allowed, ms } = askFor('yes')
    expect(allowed).toBe(true)
    expect(ms).toBeLessThan(AT_ONCE_MS)
    await until(() => said().includes('counters'), 10_000, said)
    expect(JSON.parse(/counters (.*)/.exec(said())?.[1] ?? '{}')).toMatchObject({ timedOut: 1 })
    alone.stdin.end()
    await until(() => alone.exitCode !== null, 5000, said)
  })

  test('for the owner of a lease on a file that somebody opens', async () => {
    const agent = await start([NO_READERS])
    const [helper] = helpers(agent.child.pid)
    const lease = compileProgram('lease')
    const owner = spawn(lease.path, [join(mount, 'free/leased')], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(owner)
    const said = collect(owner.stdout)
    await until(() => said().includes('ready'), 5000, said)
    lease.remove()

    expect(queueHasNoLimit(helper as number)).toBe(true)
    expect(read('free/leased')).toMatchObject({ read: false, hung: false })
    expect(read('free/file')).toMatchObject({ read: true, text: 'free' })
    expect(read('models/weights').read).toBe(false)
    await delay(1000)
    expect(helpers(agent.child.pid)).toEqual([helper])
  })

  test('at a stop: all is allowed at once, and nothing is left', async () => {
    const agent = await start([NO_READERS])
    const [helper] = helpers(agent.child.pid)
    expect(read('models/weights').read).toBe(false)
    expect((await agent.stop()).code).toBe(0)
    expect(read('models/weights').read).toBe(true)
    expect(helpers()).not.toContain(helper)
  })
})
