/** Files that no response takes away or denies, whoever asks: without them the host, or the agent itself, does not go on. */
import { type BigIntStats, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isGone } from './processes.ts'

/** Who logs in, and what starts everything. */
const NEEDED = [
  '/etc/passwd',
  '/etc/group',
  '/etc/shadow',
  '/etc/gshadow',
  '/bin/sh',
  '/bin/bash',
  '/usr/bin/env',
  '/usr/bin/sudo',
  '/bin/login',
]

/** Path of the one that it is, under any name; undefined: it is none of them. Programs and libraries are those of process 1 and of the agent. */
export function neededFile(stat: Pick<BigIntStats, 'dev' | 'ino'>, proc: string): string | undefined {
  return neededFiles(proc).find(({ at }) => isIt(at, stat))?.path
}

/** `at`: where the agent finds it. */
export function neededFiles(proc: string): readonly { readonly path: string; readonly at: string }[] {
  return [...NEEDED.map((path) => ({ path, at: path })), ...['1', 'self'].flatMap((pid) => mappedBy(proc, pid))]
}

function isIt(path: string, { dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): boolean {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found !== undefined && found.dev === dev && found.ino === ino
}

/** proc_pid_maps(5): what is behind the inode is the path, as the process sees it. */
function mappedBy(proc: string, pid: string): readonly { readonly path: string; readonly at: string }[] {
  const paths = textOf(join(proc, pid, 'maps')).matchAll(/^\S+ \S+ \S+ \S+ [1-9]\d* +(\/.*)$/gm)
  return [...new Set([...paths].map(([, path = '']) => path))].map((path) => ({ path, at: join(proc, pid, 'root', path) }))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return ''
    throw error
  }
}
