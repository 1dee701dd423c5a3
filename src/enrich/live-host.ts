/** The host itself as a HostReader: /proc, /etc and the state of container runtimes. */
import { closeSync, constants, fstatSync, opendirSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { type ArgumentReader, createArgumentReader } from './argument-reader.ts'
import { isFileError, readProcFile, readRegularFile } from './bounded-read.ts'
import type { AccountFiles, FileText, HostReader, ProcessFacts } from './host-reader.ts'
import { parseMountInfo, parseStat, parseStatusIds } from './proc-files.ts'

const MAX_STAT = 1024
const MAX_STATUS = 8192
const MAX_CGROUP = 65_536
const MAX_MAP = 16_384
const MAX_MOUNTS = 1 << 20
const MAX_ACCOUNTS = 1 << 20
const MAX_NAMES = 1024

export interface LiveHost extends HostReader {
  readonly counters: ArgumentReader['counters']
}

export function createLiveHost(): LiveHost {
  const reader = createArgumentReader()
  return Object.freeze({
    hostname: hostname(),
    process: readProcess,
    cgroup: (pid: number) => procText(pid, 'cgroup', MAX_CGROUP),
    arguments: reader.read,
    accounts: (pid: number) => readAccountFiles(pid),
    file: readFile,
    directory: readNames,
    pids: readPids,
    counters: reader.counters,
  })
}

function procText(pid: number, name: string, maxBytes: number): string | undefined {
  return readProcFile(`/proc/${pid}/${name}`, maxBytes)?.toString('utf8')
}

function readProcess(pid: number): ProcessFacts | undefined {
  const stat = parseStat(procText(pid, 'stat', MAX_STAT) ?? '')
  const ids = parseStatusIds(procText(pid, 'status', MAX_STATUS) ?? '')
  if (stat === undefined || ids === undefined) return undefined
  return { ...stat, ...ids, exePath: linkOf(pid, 'exe').replace(/ \(deleted\)$/, ''), cwd: linkOf(pid, 'cwd') }
}

/** Empty for a kernel thread, and when it may not be read. */
function linkOf(pid: number, name: string): string {
  return orNothing(() => readlinkSync(`/proc/${pid}/${name}`)) ?? ''
}

function readFile(path: string, maxBytes: number): FileText | undefined {
  const file = readRegularFile(path, maxBytes)
  return file === undefined ? undefined : { text: file.bytes.toString('utf8'), mtimeNs: Number(file.stat.mtimeNs) }
}

function readNames(path: string): readonly string[] {
  return (
    orNothing(() => {
      using directory = opendirSync(path)
      const names: string[] = []
      for (let entry = directory.readSync(); entry !== null && names.length < MAX_NAMES; entry = directory.readSync())
        names.push(entry.name)
      return names
    }) ?? []
  )
}

function readPids(): ReadonlySet<number> {
  return new Set(readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])))
}

/** File systems that the kernel itself serves: reading them cannot be held up by a process, as FUSE or NFS can. */
const LOCAL_FILE_SYSTEMS = new Set(
  'overlay ext2 ext3 ext4 xfs btrfs f2fs zfs bcachefs tmpfs ramfs rootfs squashfs erofs iso9660 vfat'.split(' '),
)

/** The mounts that /etc/passwd and /etc/group of a process may lie on. */
const ON_THE_WAY = new Set(['/', '/etc', '/etc/passwd', '/etc/group'])

function readAccountFiles(pid: number): AccountFiles | undefined {
  const mounts = parseMountInfo(procText(pid, 'mountinfo', MAX_MOUNTS) ?? '').filter(({ mountPoint }) => ON_THE_WAY.has(mountPoint))
  if (mounts.length === 0 || mounts.some(({ type }) => !LOCAL_FILE_SYSTEMS.has(type))) return undefined
  const passwd = inEtc(pid, 'passwd')
  const group = inEtc(pid, 'group')
  if (passwd === undefined) return undefined
  const [uidMap = '', gidMap = ''] = [procText(pid, 'uid_map', MAX_MAP), procText(pid, 'gid_map', MAX_MAP)]
  return {
    version: [passwd.version, group?.version, uidMap, gidMap].join(' '),
    passwd: passwd.text,
    group: group?.text ?? '',
    uidMap,
    gidMap,
  }
}

/**
 * A file in /etc of a process's root. A container may make any part of the path a symbolic link that leads out of it, so /etc is opened
 * as a directory that is no link, and the file below that descriptor.
 */
function inEtc(pid: number, name: string): { readonly text: string; readonly version: string } | undefined {
  const etc = orNothing(() => openSync(`/proc/${pid}/root/etc`, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW))
  if (etc === undefined) return undefined
  try {
    const file = fstatSync(etc).isDirectory() ? readRegularFile(`/proc/self/fd/${etc}/${name}`, MAX_ACCOUNTS) : undefined
    if (file === undefined) return undefined
    const { dev, ino, mtimeNs, size } = file.stat
    return { text: file.bytes.toString('utf8'), version: `${dev}:${ino}:${mtimeNs}:${size}` }
  } finally {
    closeSync(etc)
  }
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  }
}
