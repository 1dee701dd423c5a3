/** Processes that no response may touch, whoever asks: without them the host, or the way to it, is lost. */
import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface ProcessFacts {
  readonly pid: number
  readonly ppid: number
  readonly name: string
  /** Empty for kernel threads. */
  readonly exePath: string
  readonly cmdline: string
  readonly uid: number
  /** It sees the files that the host's first process sees. */
  readonly onHost: boolean
}

/** Programs by the name of their file. A process in a container is not the host's, whatever it is called. */
const PROTECTED: ReadonlySet<string> = new Set([
  ...['systemd', 'systemd-journald', 'systemd-logind', 'systemd-networkd', 'systemd-resolved', 'systemd-udevd', 'init', 'dbus-daemon'],
  ...['sshd', 'sshd-session', 'sshd-auth', 'kubelet', 'kube-proxy', 'k3s', 'containerd', 'dockerd', 'crio', 'conmon', 'runc', 'crun'],
])

const isProtectedName = (name: string): boolean => PROTECTED.has(name) || name.startsWith('containerd-shim')

/** Undefined when it is gone. */
export function processFacts(proc: string, pid: number): ProcessFacts | undefined {
  const at = (name: string): string => join(proc, String(pid), name)
  const text = (name: string): string => readFileSync(at(name), 'utf8')
  try {
    const status = text('status')
    const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? ''
    return {
      pid,
      ppid: Number(field('PPid')),
      name: text('comm').trimEnd(),
      exePath: link(at('exe')).replace(/ \(deleted\)$/, ''),
      cmdline: text('cmdline').replaceAll('\0', ' ').trimEnd().slice(0, 4096),
      uid: Number(field('Uid')),
      onHost: link(at('ns/mnt')) === link(join(proc, '1/ns/mnt')),
    }
  } catch {
    return undefined // it ended
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // a kernel thread has no program
  }
}

/**
 * Why it may not be touched; undefined: it may. Goes by the file that it runs, which must be root's and nobody else's to write: a copy under a protected
 * name protects nobody.
 */
export function protectionOf(facts: ProcessFacts, ownPids: readonly number[]): string | undefined {
  const { pid, ppid, exePath, uid, onHost } = facts
  if (pid === 1) return 'it is the first process of the host'
  if (ownPids.includes(pid) || ownPids.includes(ppid)) return 'it is Tarsier'
  if (exePath === '') return pid === 2 || ppid === 2 ? 'it is a thread of the kernel' : undefined
  const name = basename(exePath)
  return onHost && uid === 0 && isProtectedName(name) && isRootsAlone(exePath) ? `it is ${name}` : undefined
}

function isRootsAlone(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o022) === 0
}
