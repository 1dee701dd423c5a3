/** A container by runc from a bundle made by hand: one static program, no image, no network of its own. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Why no container can be run here; undefined where one can. */
export function cannotContain(): string | undefined {
  return spawnSync('runc', ['--version']).error === undefined ? undefined : 'runc is not installed: apt-get install runc'
}

export interface Container {
  readonly id: string
  /** Resolves with what the program printed. */
  readonly ended: Promise<string>
  readonly runs: () => boolean
  /** Ends it and takes its folder away. */
  readonly remove: () => void
}

const BOUND_FILES = ['/etc/shadow']

/** Runs test/live/programs/<name>.c as the container's first process. */
export function startContainer(name: string, args: readonly string[]): Container {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-bundle-'))
  const id = folder.slice(folder.lastIndexOf('/') + 1)
  const root = join(folder, 'rootfs')
  for (const place of ['proc', 'dev', 'etc', 'tmp']) mkdirSync(join(root, place), { recursive: true })
  for (const path of BOUND_FILES) if (existsSync(path)) copyFileSync(path, join(root, path))
  writeFileSync(join(root, 'tmp/file'), '')
  execFileSync('cc', ['-O1', '-static', '-o', join(root, name), fileURLToPath(new URL(`programs/${name}.c`, import.meta.url))])
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configOf([`/${name}`, ...args])))
  const child = spawn('runc', ['--root', join(folder, 'state'), 'run', '--bundle', folder, id], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`the container ended with ${code}: ${said}`))))
  })
  const remove = (): void => {
    spawnSync('runc', ['--root', join(folder, 'state'), 'delete', '--force', id])
    rmSync(folder, { recursive: true, force: true })
  }
  return { id, ended, runs: () => child.exitCode === null && child.signalCode === null, remove }
}

const configOf = (args: readonly string[]) => ({
  ociVersion: '1.0.2',
  process: { terminal: false, user: { uid: 0, gid: 0 }, args, env: ['PATH=/'], cwd: '/', noNewPrivileges: true },
  root: { path: 'rootfs', readonly: false },
  hostname: 'flooder',
  mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
  linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'uts' }, { type: 'ipc' }] },
})
