/**
 * Compiles native/addon/prevent/ to build/tarsier-prevent, the helper that answers the kernel for prevention: static, so that to start it opens no
 * other file. Skips when nothing that goes in has changed. `node tools/build-prevent.ts`; exit codes: 0 there, 1 not built (the message says what to do).
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../src/lib/app-error.ts'

const COMPILER = 'cc'
const FLAGS = ['-static', '-pthread', '-O2', '-g1', '-std=gnu11', '-Wall', '-Wextra', '-fstack-protector-strong', '-Wl,-z,relro,-z,now']

/** Builds the helper below `root` if need be. @returns 'built', or 'fresh' when there was nothing to do. @throws {AppError} BUILD_MISSING, BUILD_FAILED */
export function buildPrevent(root: string): 'built' | 'fresh' {
  const output = join(root, 'build/tarsier-prevent')
  const stamp = `${output}.inputs`
  const folder = join(root, 'native/addon/prevent')
  const sources = readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
  const inputs = hashOf([fileURLToPath(import.meta.url), join(root, 'native/addon/prevent-protocol.h'), ...sources])
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) {
    utimesSync(output, new Date(), new Date())
    return 'fresh'
  }
  mkdirSync(join(root, 'build'), { recursive: true })
  compile(
    sources.filter((path) => path.endsWith('.c')),
    output,
  )
  writeFileSync(stamp, inputs)
  return 'built'
}

/** Into a file of its own, then renamed: a helper that runs keeps its program, and two builds at once do no harm. */
function compile(files: readonly string[], output: string): void {
  const part = `${output}.${process.pid}`
  try {
    execFileSync(COMPILER, [...FLAGS, '-o', part, ...files], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    renameSync(part, output)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError('BUILD_MISSING', { what: COMPILER, command: 'sudo apt-get install -y gcc' })
    const said = String((cause as { stderr?: string }).stderr ?? cause).trim()
    throw new AppError('BUILD_FAILED', { program: COMPILER, output: said }, { cause })
  } finally {
    rmSync(part, { force: true })
  }
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path))
  return hash.digest('hex')
}

if (import.meta.main) {
  try {
    console.log(`build/tarsier-prevent: ${buildPrevent(fileURLToPath(new URL('..', import.meta.url)))}`)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    console.error(`${error.message}\n  ${error.fix}`)
    process.exitCode = 1
  }
}
