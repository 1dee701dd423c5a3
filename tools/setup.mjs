/**
 * Makes a bare clone ready to run: Debian packages, npm packages (with the Node that runs Tarsier), the BPF object and the
 * addon. What is there already is skipped. Plain JavaScript without dependencies, for any Node ≥ 18: it runs before anything is installed.
 *
 *   node tools/setup.mjs [--no-native | --try-native] [--console] [--then COMMAND ARGUMENT…]
 *
 * --no-native   leaves out what only the kernel sensor needs (no root, no compiler).
 * --try-native  where this user or this machine cannot have the kernel sensor, says why and goes on without it.
 * --console     builds the console, too.
 * --then        runs the command afterwards, with that Node first on PATH; its exit code becomes ours.
 * Exit codes: 0 ready, 2 wrong arguments, 3 something is missing that cannot be installed from here, or the command's own.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole, consoleIsFresh } from './setup/console.mjs'
import { installForTests, installPackages, lacksForTests } from './setup/debian.mjs'
import { buildNative, requireBtf, staleOutputs } from './setup/native.mjs'
import { installModules, modulesAreFresh, requirePlatform } from './setup/npm.mjs'
import { Missing, say, Unable } from './setup/say.mjs'
import { runThen } from './setup/then.mjs'
import { takeTurn } from './setup/turn.mjs'

const USAGE = 'node tools/setup.mjs [--no-native | --try-native] [--console] [--then COMMAND ARGUMENT…]'
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

try {
  const { native, withConsole, command } = readArguments(process.argv.slice(2))
  process.chdir(root)
  setUp(native, withConsole)
  if (command.length > 0) runThen(root, command)
} catch (error) {
  if (!(error instanceof Missing)) throw error
  say(`${error.message}\n  Run: ${error.command}`)
  process.exitCode = 3
}

/** @param {string[]} given @returns {{native: 'required' | 'tried' | 'none', withConsole: boolean, command: string[]}} */
function readArguments(given) {
  const end = given.indexOf('--then')
  const flags = end < 0 ? given : given.slice(0, end)
  const unknown = flags.find((flag) => !['--no-native', '--try-native', '--console'].includes(flag))
  if (unknown !== undefined) {
    say(`unknown argument ${unknown}\n  Usage: ${USAGE}`)
    process.exit(2)
  }
  const native = flags.includes('--no-native') ? 'none' : flags.includes('--try-native') ? 'tried' : 'required'
  return { native, withConsole: flags.includes('--console'), command: end < 0 ? [] : given.slice(end + 1) }
}

/** What needs another's right or another's kernel comes first: nobody should wait a minute to be told. @param {'required' | 'tried' | 'none'} native @param {boolean} withConsole */
function setUp(native, withConsole) {
  requirePlatform()
  const forTests = native === 'tried' && lacksForTests()
  if (isReady(native) && !forTests && (!withConsole || consoleIsFresh(root))) return
  takeTurn(root, () => {
    const build = native === 'none' ? [] : staleOutputs(root)
    const possible = build.length === 0 || canBuild(native)
    // Only the tests can do without.
    if (forTests) installForTests()
    installModules(root)
    if (possible) buildNative(root, build)
    if (withConsole) buildConsole(root)
  })
}

/** @param {'required' | 'tried' | 'none'} native */
function isReady(native) {
  return modulesAreFresh(root) && (native === 'none' || staleOutputs(root).length === 0)
}

/** Brings what the native builds take. When they are only tried, says what this machine cannot have and returns false. @param {'required' | 'tried' | 'none'} native */
function canBuild(native) {
  try {
    requireBtf()
    installPackages()
    return true
  } catch (error) {
    if (native === 'required' || !(error instanceof Unable)) throw error
    say(`going on without the kernel sensor: ${error.message}\n  To have it, run: ${error.command}`)
    return false
  }
}
