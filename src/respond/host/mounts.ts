/** File systems that a process serves (FUSE): each call into one waits for that process, as long as it likes, and the agent with it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isGone } from './processes.ts'

export interface Mounts {
  /** Of an open file or folder: the kernel answers for its file system, not a process. Looking it up cannot be held up. */
  readonly isKernels: (fd: number) => boolean
}

/** `root`: `/`, or `/proc/PID/root`, in whose mount namespace the files are. */
export function mountsOf(root: string): Mounts {
  const types = new Map<string, string>()
  for (const folder of [root === '/' ? '/proc/self' : join(root, '..'), '/proc/self', '/proc/1'])
    for (const [id, type] of mountTypes(folder)) if (!types.has(id)) types.set(id, type)
  return Object.freeze({
    isKernels: (fd: number) => {
      const id = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? ''
      // One that no list has is hidden by a root of its process's own: who knows what it is.
      return !/^(fuse|$)/.test(types.get(id) ?? '')
    },
  })
}

/** proc_pid_mountinfo(5): the number first, the type behind the dash. */
function mountTypes(folder: string): readonly (readonly [id: string, type: string])[] {
  return textOf(join(folder, 'mountinfo'))
    .split('\n')
    .flatMap((line) => {
      const [, id = '', type = ''] = /^(\d+) .* - (\S+) /.exec(line) ?? []
      return id === '' ? [] : [[id, type] as const]
    })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'EINVAL') return ''
    throw error
  }
}
