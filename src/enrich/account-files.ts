/** /etc/passwd and /etc/group as a process sees them, opened so that a container cannot lead us elsewhere. */
import { constants } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { isFileError, readRegularFile } from './bounded-read.ts'
import type { AccountFiles } from './host-reader.ts'
import { parseMountInfo } from './proc-files.ts'

const MAX_ACCOUNTS = 1 << 20
const MAX_MOUNTS = 1 << 20
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * Those of the host's first process, which nobody below root can change; where its root may not be looked into (it has capabilities that
 * we lack), those of our own root.
 */
export function hostAccounts(): AccountFiles | undefined {
  const [passwd, group] = ['passwd', 'group'].map(
    (name) => readRegularFile(`/proc/1/root/etc/${name}`, MAX_ACCOUNTS) ?? readRegularFile(`/etc/${name}`, MAX_ACCOUNTS),
  )
  if (passwd === undefined) return undefined
  return {
    version: [passwd, group].map((file) => (file === undefined ? '' : `${file.stat.ino}:${file.stat.mtimeNs}`)).join(' '),
    passwd: passwd.bytes.toString('utf8'),
    group: group?.bytes.toString('utf8') ?? '',
    uidMap: '',
    gidMap: '',
  }
}

/**
 * Those of a process in a namespace of its own. A container may make any part of the path a symbolic link that leads out of it, so /etc
 * is opened as a directory that is no link, and the file below that descriptor. To be read by guarded jobs only.
 */
export async function readAccounts(pid: number): Promise<AccountFiles | undefined> {
  try {
    if (!(await liesOnLocalFiles(pid))) return undefined
    await using etc = await open(`/proc/${pid}/root/etc`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    const passwd = await readBelow(etc, 'passwd')
    const group = await readBelow(etc, 'group')
    if (passwd === undefined) return undefined
    const uidMap = await readFile(`/proc/${pid}/uid_map`, 'utf8')
    const gidMap = await readFile(`/proc/${pid}/gid_map`, 'utf8')
    return {
      version: [passwd.version, group?.version, uidMap, gidMap].join(' '),
      passwd: passwd.text,
      group: group?.text ?? '',
      uidMap: isIdentity(uidMap) ? '' : uidMap,
      gidMap: isIdentity(gidMap) ? '' : gidMap,
    }
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  }
}

/** File systems that the kernel itself serves: most that a process could serve are refused before they are touched. */
const LOCAL = new Set('overlay ext2 ext3 ext4 xfs btrfs f2fs zfs bcachefs tmpfs ramfs rootfs squashfs erofs iso9660 vfat'.split(' '))

/** The mounts that the two files may lie on. */
const ON_THE_WAY = new Set(['/', '/etc', '/etc/passwd', '/etc/group'])

async function liesOnLocalFiles(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/mountinfo`, 'utf8')
  const mounts = parseMountInfo(text.slice(0, MAX_MOUNTS)).filter(({ mountPoint }) => ON_THE_WAY.has(mountPoint))
  return text.length <= MAX_MOUNTS && mounts.length > 0 && mounts.every(({ type }) => LOCAL.has(type))
}

interface Account {
  readonly text: string
  readonly version: string
}

async function readBelow(directory: FileHandle, name: string): Promise<Account | undefined> {
  try {
    await using file = await open(`/proc/self/fd/${directory.fd}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    return await readRegular(file)
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  }
}

async function readRegular(file: FileHandle): Promise<Account | undefined> {
  const stat = await file.stat({ bigint: true })
  const { dev, ino, mtimeNs, size } = stat
  if (!stat.isFile() || size > MAX_ACCOUNTS) return undefined
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Number(size)), 0, Number(size), 0)
  return { text: buffer.toString('utf8', 0, bytesRead), version: `${dev}:${ino}:${mtimeNs}:${size}` }
}

/** The map of a process in the first user namespace. */
function isIdentity(map: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(map)
}
