import { attempt, chunksOf, forEachProcess, linkOrNone, namesIn, openPlain } from '../read-proc.ts'
import type { Gathering, Section } from '../section.ts'

const MAX_LINKS = 16_384
/** Of one file: shared memory may be as large as the machine. */
const MAX_BYTES = 256 * 2 ** 20

export const deletedFiles: Section = {
  name: 'deleted-files',
  doc: 'Files that have no name any more, or never had one (memfd): mapped into a process, or open in it.',
  maxBytes: 2 ** 30,
  maxMs: 60_000,
  collect: async (gathering) => {
    const seen = new Map<string, { readonly file: string; readonly path: string; readonly bytes: number; readonly seenAt: string[] }>()
    await forEachProcess(gathering, async (pid, folder) => {
      for (const place of ['map_files', 'fd'] as const) {
        await attempt(`${pid}/${place}`, gathering.problem, async () => {
          const { names, whole } = await namesIn(`${folder}/${place}`, MAX_LINKS)
          if (!whole) gathering.problem(`${pid}/${place}`, `only the first ${MAX_LINKS} were looked at`)
          for (const name of names) {
            if (gathering.signal.aborted) return
            const path = await linkOrNone(`${folder}/${place}/${name}`)
            if (path !== undefined && isNameless(path)) await attempt(path, gathering.problem, () => keep(`${place}/${name}`, pid, path))
          }
        })
      }
    })
    await gathering.json('files.json', [...seen.values()])

    async function keep(link: string, pid: number, path: string): Promise<void> {
      const opened = await openPlain(`${gathering.proc}/${pid}/${link}`)
      if (opened === undefined) return
      const { file, stats } = opened
      try {
        const key = `${stats.dev.toString(16)}-${stats.ino}`
        const known = seen.get(key)
        if (known !== undefined) return void (known.seenAt.length < 100 && known.seenAt.push(`${pid}/${link}`))
        const bytes = Math.min(stats.size, MAX_BYTES)
        seen.set(key, { file: `${key}.bin`, path, bytes: stats.size, seenAt: [`${pid}/${link}`] })
        await gathering.stream(`${key}.bin`, bytes, chunksOf(opened, bytes))
        if (bytes < stats.size) tellCut(gathering, path)
      } finally {
        await file.close()
      }
    }
  },
}

const tellCut = ({ problem }: Gathering, path: string): void => problem(path, `only its first ${MAX_BYTES} bytes are kept`)

/** Anonymous shared memory (`/dev/zero (deleted)`) is memory, and belongs to the section of that. */
const isNameless = (path: string): boolean => (path.endsWith(' (deleted)') || path.startsWith('/memfd:')) && path !== '/dev/zero (deleted)'
