/**
 * Compiles native/bpf/ to build/sensor.bpf.o and build/contain.bpf.o against the types of the running kernel (build/vmlinux.h, from its BTF).
 * Skips when nothing that goes in has changed. `node tools/build-bpf.ts`; exit codes: 0 there, 1 not built.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../src/lib/app-error.ts'

const KERNEL_TYPES = '/sys/kernel/btf/vmlinux'
const ARCHITECTURE: Readonly<Record<string, string>> = { x64: 'x86', arm64: 'arm64' }
/** Nearly all code is inlined: without the lines of inlined calls the build takes 14 s of CPU, with them 23 s, and the object doubles. */
const DEBUG = ['-g', '-gno-inline-line-tables']
const FLAGS = ['-O2', ...DEBUG, '-target', 'bpf', '-mcpu=v3', '-Wall', '-Wno-unused-function', '-Wno-compare-distinct-pointer-types']

/** Sources that make objects of their own; all others go into the sensor's. */
const ALONE = ['contain']

/**
 * Builds the objects below `root` if need be; the sensor's is the last. @returns 'built', or 'fresh' when there was nothing to do.
 * @throws {AppError} BUILD_MISSING, BUILD_FAILED
 */
export function buildBpf(root: string): 'built' | 'fresh' {
  const folder = join(root, 'native/bpf')
  const alone = ALONE.map((name) => ({ name, path: join(folder, `${name}.bpf.c`) })).filter(({ path }) => existsSync(path))
  const shared = sourcesBelow(folder).filter((path) => !alone.some((one) => one.path === path))
  const done = alone.map(({ name, path }) => buildObject(root, name, [path]))
  return [...done, buildObject(root, 'sensor', shared)].includes('built') ? 'built' : 'fresh'
}

function buildObject(root: string, name: string, sources: readonly string[]): 'built' | 'fresh' {
  const output = join(root, `build/${name}.bpf.o`)
  const stamp = `${output}.inputs`
  if (!existsSync(KERNEL_TYPES)) throw new AppError('BUILD_NO_BTF', { path: KERNEL_TYPES })
  const inputs = hashOf([fileURLToPath(import.meta.url), ...sources, KERNEL_TYPES])
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) {
    utimesSync(output, new Date(), new Date())
    return 'fresh'
  }
  mkdirSync(join(root, 'build'), { recursive: true })
  compile({ root, source: join(root, `native/bpf/${name}.bpf.c`), output }, writeKernelTypes(root))
  writeFileSync(stamp, inputs)
  return 'built'
}

/** Writes build/vmlinux.h and returns its text. */
function writeKernelTypes(root: string): string {
  const dumped = run('bpftool', ['btf', 'dump', 'file', KERNEL_TYPES, 'format', 'c'], 'bpftool')
  const types = withoutOurNames(
    dumped,
    sourcesBelow(join(root, 'native/bpf'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n'),
  )
  const part = join(root, `build/vmlinux.h.${process.pid}`)
  writeFileSync(part, types)
  renameSync(part, join(root, 'build/vmlinux.h'))
  return types
}

/**
 * C has one space of structure names, and every kernel names its own: Linux 6.1 has a `struct slot`. Those that our sources define,
 * too, get the prefix `kernel_`, so that what builds on one kernel builds on the next. Flavours (`inode___old`) are not names of ours.
 */
export function withoutOurNames(kernelTypes: string, sources: string): string {
  const ours = new Set([...sources.matchAll(/^\s*(?:typedef )?(?:struct|union) (\w+) \{/gm)].map(([, name]) => name ?? ''))
  return kernelTypes.replace(/\b(struct|union) (\w+)\b/g, (text, kind, name) => (ours.has(name) ? `${kind} kernel_${name}` : text))
}

/** Into a file of its own, then renamed: two builds at once do no harm. */
function compile({ root, source, output }: Readonly<Record<'root' | 'source' | 'output', string>>, kernelTypes: string): void {
  const part = `${output}.${process.pid}`
  const defines = [`-D__TARGET_ARCH_${ARCHITECTURE[process.arch] ?? process.arch}`]
  // The helper by which the registers of a task are read without a probe is from 5.15; before it, everything is probed.
  if (!kernelTypes.includes('BPF_FUNC_task_pt_regs')) defines.push('-DTARSIER_OLD_KERNEL')
  try {
    // Without the text of the lines, which clang 14 looks up in a list: a third of the time. Their numbers stay in verifier logs.
    defines.push(`-fdebug-prefix-map=${root.replace(/\/$/, '')}=tarsier`)
    run('clang', [...FLAGS, ...defines, '-I', join(root, 'build'), '-c', source, '-o', part], 'clang')
    run('llvm-strip', ['-g', part], 'llvm')
    renameSync(part, output)
  } finally {
    rmSync(part, { force: true })
  }
}

function run(program: string, args: readonly string[], packageName: string): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError('BUILD_MISSING', { what: program, command: `sudo apt-get install -y ${packageName}` })
    throw new AppError('BUILD_FAILED', { program, output: String((cause as { stderr?: string }).stderr ?? cause).trim() }, { cause })
  }
}

const sourcesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[ch]$/.test(name))
    .toSorted()
    .map((name) => join(folder, name))

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

if (import.meta.main) {
  try {
    console.log(`build/contain.bpf.o, build/sensor.bpf.o: ${buildBpf(fileURLToPath(new URL('..', import.meta.url)))}`)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    console.error(`${error.message}\n  ${error.fix}`)
    process.exitCode = 1
  }
}
