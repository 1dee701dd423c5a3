/** Processes that no response may touch, whoever asks: without them the host, or the way to it, is lost. */
import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cgroupLines } from './host/cgroups.ts'

export interface ProcessFacts {
  readonly pid: number
  readonly ppid: number
  readonly name: string
  /** Empty for kernel threads. */
  readonly exePath: string
  readonly uid: number
  /** It sees the files that the host's first process sees. */
  readonly onHost: boolean
  /** The system service that it runs in, as its control group says: `dbus.service`. Undefined where it is in none. */
  readonly unit: string | undefined
}

/** Programs by the name of their file. A process in a container is not the host's, whatever it is called. */
const PROTECTED: ReadonlySet<string> = new Set([
  ...['systemd', 'systemd-journald', 'systemd-logind', 'systemd-networkd', 'systemd-resolved', 'systemd-udevd', 'init', 'dbus-daemon'],
  ...['sshd', 'sshd-session', 'sshd-auth', 'kubelet', 'kube-proxy', 'k3s', 'containerd', 'dockerd', 'crio', 'conmon', 'runc', 'crun'],
])
/** Those of them that run as a user of their own: only in their own service, into which nobody else comes without root. */
const UNITS: Readonly<Record<string, string>> = {
  'dbus-daemon': 'dbus.service',
  'systemd-networkd': 'systemd-networkd.service',
  'systemd-resolved': 'systemd-resolved.service',
}

const isProtectedName = (name: string): boolean => PROTECTED.has(name) || name.startsWith('containerd-shim')

/**
 * Undefined when it is gone. Not its command line, nor anything else that is read under the lock of its memory: a process can keep that from everybody, and so hold up
 * who asks for ever.
 */
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
      uid: Number(field('Uid')),
      onHost: link(at('ns/mnt')) === hostMounts(proc),
      unit: unitOf(proc, pid),
    }
  } catch {
    return undefined // it ended
  }
}

/** Of the first process; in some sandboxes nobody may look at that: then the agent's own. */
const hostMounts = (proc: string): string => link(join(proc, '1/ns/mnt')) || link(join(proc, 'self/ns/mnt'))

/** By systemd's own hierarchy, or the one of version 2. */
function unitOf(proc: string, pid: number): string | undefined {
  const lines = cgroupLines(proc, pid)
  const path = (lines.find((line) => line.startsWith('name=systemd:')) ?? lines.find((line) => line.startsWith(':')))?.split(':')[1]
  return /^\/system\.slice\/([^/]+\.service)$/.exec(path ?? '')?.[1]
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // a kernel thread has no program
  }
}

/**
 * Why it may not be touched; undefined: it may. Goes by the file that it runs, which must be root's and nobody else's to write or to put there: a copy under
 * a protected name protects nobody.
 */
export function protectionOf(facts: ProcessFacts, ownPids: readonly number[]): string | undefined {
  const { pid, ppid, exePath, uid, onHost, unit } = facts
  if (pid === 1) return 'it is the first process of the host'
  if (ownPids.includes(pid) || ownPids.includes(ppid)) return 'it is Tarsier'
  if (exePath === '') return pid === 2 || ppid === 2 ? 'it is a thread of the kernel' : undefined
  const name = basename(exePath)
  const runsAsMeant = uid === 0 || (unit !== undefined && UNITS[name] === unit)
  return onHost && runsAsMeant && isProtectedName(name) && isRootsAlone(exePath) ? `it is ${name}` : undefined
}

function isRootsAlone(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o022) === 0 && isOutOfReach(dirname(path))
}

/** Nobody else may lay another file there. The group may: /usr/local is of the group staff on many hosts, and that has no members. */
function isOutOfReach(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined || stat.uid !== 0 || (stat.mode & 0o002) !== 0) return false
  return folder === '/' || isOutOfReach(dirname(folder))
}
