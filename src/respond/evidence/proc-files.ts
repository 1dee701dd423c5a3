/** Files of /proc that are kept as they are, for each process. */
import { attempt, forEachProcess, GONE, readUpTo } from './read-proc.ts'
import type { Gathering } from './section.ts'

const MAX_FILE = 4 * 2 ** 20

/** `attr/current` becomes PID/attr-current. A file that this kernel does not have is passed over in silence; one that may not be read is told. */
export async function keepProcFiles(gathering: Gathering, names: readonly string[], maxBytes = MAX_FILE): Promise<void> {
  await forEachProcess(gathering, async (pid, folder) => {
    for (const name of names) {
      await attempt(`${pid}/${name}`, tellUnlessMissing(gathering), async () => {
        const { bytes, whole } = await readUpTo(`${folder}/${name}`, Math.min(maxBytes, gathering.left()))
        await gathering.put(`${pid}/${name.replaceAll('/', '-')}`, bytes, whole ? undefined : bytes.length + 1)
      })
    }
  })
}

/** EINVAL: a security module that is not there (attr/current). */
function tellUnlessMissing({ problem }: Gathering): Gathering['problem'] {
  return (about, reason) => {
    if (reason !== GONE && !reason.startsWith('EINVAL')) problem(about, reason)
  }
}
