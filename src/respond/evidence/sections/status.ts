import { keepProcFiles } from '../proc-files.ts'
import { forEachProcess, namesIn, textUpTo } from '../read-proc.ts'
import type { Section } from '../section.ts'

const FILES = [
  'stat',
  'status',
  'statm',
  'schedstat',
  'io',
  'wchan',
  'syscall',
  'stack',
  'oom_score',
  'oom_score_adj',
  'personality',
  'auxv',
]
const MAX_THREADS = 2048
const MAX_LINE = 4096

export const status: Section = {
  name: 'status',
  doc: 'What the kernel says of each process: state, memory, time used, the call it waits in; and its threads.',
  maxBytes: 64 * 2 ** 20,
  maxMs: 15_000,
  collect: async (gathering) => {
    await keepProcFiles(gathering, FILES)
    await forEachProcess(gathering, async (pid, folder) => {
      const { names, whole } = await namesIn(`${folder}/task`, MAX_THREADS)
      if (!whole) gathering.problem(`process ${pid}`, `it has more than ${MAX_THREADS} threads`)
      const threads = []
      for (const tid of names) {
        if (gathering.signal.aborted) return
        // One that ended meanwhile is passed over.
        threads.push(await textUpTo(`${folder}/task/${tid}/stat`, MAX_LINE).catch(() => ''))
      }
      await gathering.put(`${pid}/threads`, threads.join(''))
    })
  },
}
