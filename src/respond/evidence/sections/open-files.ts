import { attempt, forEachProcess, GONE, linkOf, linkOrNone, namesIn, textUpTo } from '../read-proc.ts'
import type { Gathering, Section } from '../section.ts'
import { type NamedSocket, readSockets } from '../socket-tables.ts'

/** Of one process. */
const MAX_DESCRIPTORS = 16_384
const MAX_FDINFO = 8192
const MAX_TABLE = 16 * 2 ** 20

export const openFiles: Section = {
  name: 'open-files',
  doc: 'The descriptors of each process: files, pipes, and sockets with their addresses as its network namespace has them.',
  maxBytes: 128 * 2 ** 20,
  maxMs: 30_000,
  collect: async (gathering) => {
    const byNamespace = new Map<string, ReadonlyMap<string, NamedSocket>>()
    await forEachProcess(gathering, async (pid, folder) => {
      const namespace = (await linkOrNone(`${folder}/ns/net`)) ?? ''
      const sockets = byNamespace.get(namespace) ?? (await socketsOf(gathering, folder, namespace))
      byNamespace.set(namespace, sockets)
      const { names, whole } = await namesIn(`${folder}/fd`, MAX_DESCRIPTORS)
      if (!whole) gathering.problem(`process ${pid}`, `it has more than ${MAX_DESCRIPTORS} descriptors open; the others are not listed`)
      const descriptors = []
      for (const fd of names) {
        if (gathering.signal.aborted) break
        descriptors.push(await describe(folder, fd, sockets))
      }
      await gathering.json(`${pid}.json`, { pid, networkNamespace: namespace, whole: whole && !gathering.signal.aborted, descriptors })
    })
  },
}

/** The tables as they are, and what they say of each socket. */
async function socketsOf(gathering: Gathering, folder: string, namespace: string): Promise<ReadonlyMap<string, NamedSocket>> {
  const sockets = new Map<string, NamedSocket>()
  const name = /\d+/.exec(namespace)?.[0] ?? 'unknown'
  const keep = async (table: string, text: string): Promise<void> => gathering.put(`net-${name}/${table}`, text)
  for (const { table, read } of readSockets) {
    await attempt(`/proc/net/${table}`, tellUnlessMissing(gathering), async () => {
      const text = await textUpTo(`${folder}/net/${table}`, MAX_TABLE)
      await keep(table, text)
      for (const socket of read?.(text) ?? []) sockets.set(socket.inode, socket)
    })
  }
  return sockets
}

const tellUnlessMissing =
  ({ problem }: Gathering): Gathering['problem'] =>
  (about, reason) => {
    if (reason !== GONE) problem(about, reason)
  }

async function describe(folder: string, fd: string, sockets: ReadonlyMap<string, NamedSocket>) {
  try {
    const target = await linkOf(`${folder}/fd/${fd}`)
    const info = await textUpTo(`${folder}/fdinfo/${fd}`, MAX_FDINFO)
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    const socket = inode === undefined ? undefined : (sockets.get(inode) ?? { inode, protocol: 'unknown' })
    return { fd: Number(fd), target, ...infoOf(info), socket }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    return { fd: Number(fd), unreadable: (error as NodeJS.ErrnoException).code }
  }
}

/** `flags` is octal, as in open(2). */
function infoOf(info: string) {
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\t(.*)$`, 'm').exec(info)?.[1]
  return { pos: field('pos'), flags: field('flags'), mntId: field('mnt_id'), ino: field('ino') }
}
