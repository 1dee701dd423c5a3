import { readProcess } from '../../host/processes.ts'
import { maskArguments } from '../masking.ts'
import { attempt, linkOrNone, textUpTo } from '../read-proc.ts'
import type { Gathering, Section } from '../section.ts'

const MAX_ARGUMENTS = 64 * 1024
const MAX_ANCESTORS = 64
const TREE = 'tree.json'

export const processTree: Section = {
  name: 'process-tree',
  doc: 'Each process with its parent, start, program, masked arguments, user and control group; and those from which the first descends.',
  maxBytes: 32 * 2 ** 20,
  maxMs: 10_000,
  collect: async (gathering) => {
    const processes = []
    for (const { pid } of gathering.processes) processes.push(await describe(gathering, pid))
    const ancestors = []
    for (const pid of ancestorsOf(gathering)) ancestors.push(await describe(gathering, pid))
    await gathering.json(TREE, { processes, ancestors })
  },
}

function ancestorsOf({ proc, processes }: Gathering): readonly number[] {
  const pids: number[] = []
  let pid = processes[0]?.ppid ?? 0
  while (pid > 0 && pids.length < MAX_ANCESTORS) {
    pids.push(pid)
    pid = readProcess(proc, pid)?.ppid ?? 0
  }
  return pids
}

async function describe({ proc, problem, redacted }: Gathering, pid: number) {
  const folder = `${proc}/${pid}`
  const found = readProcess(proc, pid)
  const facts = found === undefined ? { pid, gone: true } : { ...found }
  let args: readonly string[] = []
  let ids: string | undefined
  let cgroup: string | undefined
  await attempt(`process ${pid}`, problem, async () => {
    const words = (await textUpTo(`${folder}/cmdline`, MAX_ARGUMENTS)).replace(/\0$/, '').split('\0')
    const masked = maskArguments(words)
    redacted(
      TREE,
      masked.flatMap(({ rules }) => rules),
    )
    args = masked.map(({ text }) => text)
    ids = /^Uid:\t(.*)$/m.exec(await textUpTo(`${folder}/status`, MAX_ARGUMENTS))?.[1]
    cgroup = (await textUpTo(`${folder}/cgroup`, MAX_ARGUMENTS)).trimEnd()
  })
  const [exe, cwd, root] = await Promise.all(['exe', 'cwd', 'root'].map((name) => linkOrNone(`${folder}/${name}`)))
  return { ...facts, exe, cwd, root, args, uids: ids?.split('\t').map(Number), cgroup: cgroup?.split('\n') }
}
