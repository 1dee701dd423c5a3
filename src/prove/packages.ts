/** Debian packages for sandboxes, which have no network: fetched once, before the rules watch. */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Seen from within sandboxes: not below /tmp or /run. */
const FOLDER = '/var/cache/tarsier/packages'
const TIMEOUT_MS = 120_000
const APT = ['-y', '-q', '--no-install-recommends', '-o', 'APT::Sandbox::User=root']
const runFile = promisify(execFile)

const folderOf = (packages: readonly string[]): string => join(FOLDER, packages.join('+'))

/** Resolves with the reason why they cannot be had; undefined when they can. What is there is not fetched again. */
export async function fetchPackages(packages: readonly string[]): Promise<string | undefined> {
  if (packages.length === 0) return undefined
  const folder = folderOf(packages)
  try {
    mkdirSync(join(folder, 'partial'), { recursive: true })
    if (readdirSync(folder).some((file) => file.endsWith('.deb'))) return undefined
    const args = ['install', ...APT, '--download-only', '-o', `Dir::Cache::archives=${folder}`, ...packages]
    await runFile('apt-get', args, { timeout: TIMEOUT_MS })
    return undefined
  } catch (error) {
    return `apt-get could not fetch ${packages.join(' ')}: ${lastLine((error as Error).message)}`
  }
}

/** Shell lines that install them. */
export function installScript(packages: readonly string[]): string {
  if (packages.length === 0) return ''
  const args = ['install', ...APT, '--no-download', '-o', `Dir::Cache::archives=${folderOf(packages)}`, ...packages]
  return `export DEBIAN_FRONTEND=noninteractive\napt-get ${args.join(' ')}\n`
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
