import { chunksOf, forEachProcess, linkOf, openPlain } from '../read-proc.ts'
import type { Section } from '../section.ts'

/** Of one program. */
const MAX_BYTES = 512 * 2 ** 20

interface Program {
  readonly file: string
  readonly path: string
  readonly bytes: number
  readonly mode: string
  readonly modifiedMs: number
  readonly pids: number[]
}

export const executable: Section = {
  name: 'executable',
  doc: 'The programs that the processes run, byte for byte, also those that are deleted or only in memory.',
  maxBytes: 2 ** 30,
  maxMs: 60_000,
  collect: async (gathering) => {
    const programs = new Map<string, Program>()
    await forEachProcess(gathering, async (pid, folder) => {
      const path = await linkOf(`${folder}/exe`)
      const opened = await openPlain(`${folder}/exe`)
      if (opened === undefined) return gathering.problem(`process ${pid}`, 'its program is no plain file')
      const { file, stats } = opened
      try {
        const key = `${stats.dev.toString(16)}-${stats.ino}`
        const known = programs.get(key)
        if (known !== undefined) return void known.pids.push(pid)
        const name = `${key}.bin`
        const { size: bytes, mode, mtimeMs: modifiedMs } = stats
        programs.set(key, { file: name, path, bytes, mode: mode.toString(8), modifiedMs, pids: [pid] })
        await gathering.stream(name, Math.min(bytes, MAX_BYTES), chunksOf(opened, bytes))
        if (bytes > MAX_BYTES) gathering.problem(path, `only its first ${MAX_BYTES} bytes are kept`)
      } finally {
        await file.close()
      }
    })
    await gathering.json('programs.json', [...programs.values()])
  },
}
