import { constants, type Stats } from 'node:fs'
import { lstat, open, opendir } from 'node:fs/promises'
import { attempt, chunksOf, forEachProcess, linkOf, linkOrNone, openPlain, textUpTo } from '../read-proc.ts'
import type { Gathering, Section } from '../section.ts'

const MAX_MOUNTINFO = 4 * 2 ** 20
const MAX_FILES = 20_000
const MAX_DEPTH = 64
/** Of one file. */
const MAX_BYTES = 64 * 2 ** 20

export const changedFiles: Section = {
  name: 'changed-files',
  doc: 'What was written, changed or removed in a container: the upper layer of its overlay.',
  maxBytes: 2 ** 30,
  maxMs: 60_000,
  collect: async (gathering) => {
    const layers = new Set<string>()
    await forEachProcess(gathering, async (pid, folder) => {
      const upper = upperOf(await textUpTo(`${folder}/mountinfo`, MAX_MOUNTINFO))
      if (upper === undefined || layers.has(upper)) return
      // Who is root in a namespace of users of its own can mount an overlay, and so name any folder: its text means nothing on the host.
      if ((await linkOrNone(`${folder}/ns/user`)) !== (await linkOrNone(`${gathering.proc}/self/ns/user`)))
        return gathering.problem(`process ${pid}`, 'its overlay may be one that it mounted itself: its upper layer is not looked at')
      layers.add(upper)
    })
    const walk: Walk = { gathering, listed: [], kept: 0 }
    for (const upper of layers) await attempt(upper, gathering.problem, () => walkLayer(walk, upper, '', 0))
    if (walk.listed.length >= MAX_FILES) gathering.problem('changed files', `only the first ${MAX_FILES} are told`)
    if (layers.size > 0) await gathering.json('files.json', { layers: [...layers], files: walk.listed })
  },
}

/** Of the mount at the process's root (proc_pid_mountinfo(5)); undefined where that is no overlay that can be written. */
function upperOf(mountinfo: string): string | undefined {
  const root = mountinfo.split('\n').findLast((line) => line.split(' ')[4] === '/')
  const [, type, , options = ''] = root?.slice(root.indexOf(' - ') + 2).split(' ') ?? []
  if (type !== 'overlay') return undefined
  // A comma in the path is written \, and other blanks as \040.
  const path = /(?:^|,)upperdir=((?:\\,|[^,])+)/.exec(options)?.[1]
  return path?.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))).replaceAll('\\,', ',')
}

interface Walk {
  readonly gathering: Gathering
  readonly listed: Record<string, unknown>[]
  kept: number
}

/**
 * Its owner may lay a link in the place of any folder at any moment: each folder is opened below the one before it, which is open, and no link is followed
 * (/proc/self/fd/N/NAME is openat of the kernel), so that no file of the host is taken for one of the layer.
 */
async function walkLayer(walk: Walk, place: string, below: string, depth: number): Promise<void> {
  const { problem } = walk.gathering
  if (depth > MAX_DEPTH) return problem(below, 'too deep to be looked at')
  const folder = await open(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    await walkFolder(walk, `/proc/self/fd/${folder.fd}`, below, depth)
  } finally {
    await folder.close()
  }
}

async function walkFolder(walk: Walk, place: string, below: string, depth: number): Promise<void> {
  const { gathering, listed } = walk
  const { problem, signal } = gathering
  for await (const entry of await opendir(place)) {
    if (signal.aborted || listed.length >= MAX_FILES) return
    const [path, at] = [`${below}/${entry.name}`, `${place}/${entry.name}`]
    await attempt(path, problem, async () => {
      const stats = await lstat(at)
      const more = stats.isFile() ? { file: await keep(walk, at, path) } : await detailOf(stats, at)
      const { mode, uid, gid, size, mtimeMs, ctimeMs } = stats
      listed.push({ path, mode: mode.toString(8), uid, gid, size, modifiedMs: mtimeMs, changedMs: ctimeMs, ...more })
      if (stats.isDirectory()) await walkLayer(walk, at, path, depth + 1)
    })
  }
}

/** Overlay marks what was removed by a device 0:0. */
async function detailOf(stats: Stats, path: string): Promise<Record<string, unknown>> {
  if (stats.isSymbolicLink()) return { kind: 'link', target: await linkOf(path) }
  if (stats.isCharacterDevice() && stats.rdev === 0) return { kind: 'removed' }
  return { kind: stats.isDirectory() ? 'folder' : 'other' }
}

/** Under a number: names of a container are not to be names of the bundle. */
async function keep(walk: Walk, path: string, shown: string): Promise<string | undefined> {
  const { gathering } = walk
  const opened = await openPlain(path, constants.O_NOFOLLOW)
  if (opened === undefined) return undefined
  const { file, stats } = opened
  try {
    if (stats.size > MAX_BYTES) gathering.problem(shown, `only its first ${MAX_BYTES} bytes are kept`)
    const name = `content/${String(++walk.kept).padStart(5, '0')}`
    const bytes = Math.min(stats.size, MAX_BYTES)
    await gathering.stream(name, bytes, chunksOf(opened, bytes))
    return name
  } finally {
    await file.close()
  }
}
