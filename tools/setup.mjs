/**
 * Makes a bare clone ready to run: Debian packages, npm packages (with the Node that runs Tarsier), the BPF object and the
 * addon. What is there already is skipped. Plain JavaScript without dependencies, for any Node ≥ 18: it runs before anything is installed.
 *
 *   node tools/setup.mjs [--no-native | --try-native] [--then COMMAND ARGUMENT…]
 *
 * --no-native   leaves out what only the kernel sensor needs (no root, no compiler).
 * --try-native  says what the kernel sensor lacks and goes on without it.
 * --then        runs the command afterwards, with that Node first on PATH; its exit code becomes ours.
 * Exit codes: 0 ready, 2 wrong arguments, 3 something is missing that cannot be installed from here, or the command's own.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from './setup/debian.mjs'
import { buildNative, requireBtf, staleOutputs } from './setup/native.mjs'
import { installModules, requirePlatform } from './setup/npm.mjs'
import { Missing, say } from './setup/say.mjs'
import { runThen } from './setup/then.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

try {
  const { native, command } = readArguments(process.argv.slice(2))
  process.chdir(root)
  requirePlatform()
  installModules(root)
  prepareNative(native)
  if (command.length > 0) runThen(root, command)
} catch (error) {
  if (!(error instanceof Missing)) throw error
  say(`${error.message}\n  Run: ${error.command}`)
  process.exitCode = error.exitCode
}

/** @param {string[]} given @returns {{native: 'required' | 'tried' | 'none', command: string[]}} */
function readArguments(given) {
  const end = given.indexOf('--then')
  const flags = end < 0 ? given : given.slice(0, end)
  const unknown = flags.find((flag) => !['--no-native', '--try-native'].includes(flag))
  if (unknown !== undefined)
    throw new Missing(`unknown argument ${unknown}.`, 'node tools/setup.mjs [--no-native | --try-native] [--then COMMAND…]', 2)
  const native = flags.includes('--no-native') ? 'none' : flags.includes('--try-native') ? 'tried' : 'required'
  return { native, command: end < 0 ? [] : given.slice(end + 1) }
}

/** @param {'required' | 'tried' | 'none'} native */
function prepareNative(native) {
  if (native === 'none') return
  try {
    const stale = staleOutputs(root)
    if (stale.length === 0) return
    requireBtf()
    installPackages()
    buildNative(root, stale)
  } catch (error) {
    if (native === 'required' || !(error instanceof Missing)) throw error
    say(`going on without the kernel sensor: ${error.message}\n  To have it, run: ${error.command}`)
  }
}
