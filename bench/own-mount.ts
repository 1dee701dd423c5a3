/** A mount namespace with a tmpfs on which a program, its loader and its library lie: the only file system that a bench of prevention marks. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TableSettings } from '../src/respond/prevention/table.ts'
import { buildWorkloads } from './workloads.ts'

/** `fork and execve of /bin/true`, with what it loads. */
const FILES = ['/usr/bin/true', '/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libc.so.6', '/etc/ld.so.cache']

/** Runs the script once more, inside: with `--inside` and, as its last argument, the folder for the tmpfs. The workloads are built before. */
export function runInOwnMount(script: string, args: readonly string[]): void {
  buildWorkloads(fileURLToPath(new URL('../build/bench', import.meta.url)))
  const mount = mkdtempSync(join(tmpdir(), 'tarsier-bench-prevention-'))
  try {
    const { status } = spawnSync('unshare', ['-m', '--propagation', 'private', process.execPath, script, ...args, '--inside', mount], {
      ...{ stdio: ['ignore', 'inherit', 'inherit'], timeout: 300_000, killSignal: 'SIGKILL' },
    })
    if (status !== 0) process.exitCode = 1
  } finally {
    rmSync(mount, { recursive: true })
  }
}

/** Inside: mounts the tmpfs, and lays the program and its files on it. */
export function fillMount(mount: string): void {
  execFileSync('mount', ['-t', 'tmpfs', 'none', mount])
  mkdirSync(join(mount, 'files'))
  for (const [index, path] of FILES.entries()) {
    const copy = join(mount, 'files', String(index))
    copyFileSync(realpathSync(path), copy)
    execFileSync('chmod', ['755', copy])
    execFileSync('mount', ['--bind', copy, realpathSync(path)])
  }
}

/** Of a helper that watches the mount alone. The loads are no children of the agent: its children are never asked about. */
export function settingsFor(mount: string): TableSettings {
  const lists = { protectedPrograms: [], programsOfRoot: [], quiet: [] }
  return { act: true, deadlineMs: 50, agentPid: 0x7fff_ffff, mounts: [mount], ...lists }
}

/** proc(5), schedstat: so far, in µs. A busy machine makes the times longer, and this hardly. */
export function processorUs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000
}
