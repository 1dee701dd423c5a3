import { attempt, GONE, linkOrNone, namesIn, textUpTo } from '../read-proc.ts'
import type { Gathering, Section } from '../section.ts'

const FILES = ['modules', 'version', 'cmdline', 'uptime', 'sys/kernel/tainted', 'sys/kernel/random/boot_id', 'sys/kernel/modules_disabled']
const MAX_FILE = 4 * 2 ** 20
const MAX_PROCESSES = 32_768
/** Of all processes. */
const MAX_DESCRIPTORS = 200_000
const MAX_FDINFO = 8192

export const kernel: Section = {
  name: 'kernel',
  doc: 'The kernel: its version, loaded modules, and the BPF programs, maps and links that processes hold.',
  maxBytes: 32 * 2 ** 20,
  maxMs: 15_000,
  collect: async (gathering) => {
    const absent: string[] = []
    const tell = (about: string, reason: string): void => (reason === GONE ? void absent.push(about) : gathering.problem(about, reason))
    for (const name of FILES) {
      await attempt(`/proc/${name}`, tell, async () =>
        gathering.put(name.replaceAll('/', '-'), await textUpTo(`${gathering.proc}/${name}`, MAX_FILE)),
      )
    }
    await gathering.json('absent.json', absent)
    const objects = await bpfObjects(gathering)
    await gathering.json('bpf.json', {
      ...objects,
      blind: 'Programs that no process holds by a descriptor (pinned, or attached for good) are not seen.',
    })
  },
}

interface BpfObject {
  readonly kind: string
  readonly facts: Readonly<Record<string, string>>
  readonly heldBy: string[]
}

/** By the descriptors of every process on the host: bpf(2) itself would need another permission. */
async function bpfObjects({
  proc,
  signal,
  problem,
}: Gathering): Promise<{ readonly objects: readonly BpfObject[]; readonly looked: number }> {
  const found = new Map<string, BpfObject>()
  let looked = 0
  const { names } = await namesIn(proc, MAX_PROCESSES)
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    // A process that is gone, or none of ours to look into, is passed over.
    const fds = await namesIn(`${proc}/${pid}/fd`, MAX_DESCRIPTORS).catch(() => ({ names: [] }))
    for (const fd of fds.names) {
      if (signal.aborted || ++looked > MAX_DESCRIPTORS) {
        problem('BPF', `only ${looked - 1} descriptors were looked at`)
        return { objects: [...found.values()], looked }
      }
      const kind = /^anon_inode:(?:\[)?(bpf[-_]\w+)/.exec((await linkOrNone(`${proc}/${pid}/fd/${fd}`)) ?? '')?.[1]
      if (kind === undefined) continue
      const facts = await factsOf(`${proc}/${pid}/fdinfo/${fd}`)
      const key = `${kind} ${facts.prog_id ?? ''} ${facts.map_id ?? ''} ${facts.link_id ?? ''}`
      const known = found.get(key) ?? { kind, facts, heldBy: [] }
      if (known.heldBy.length < 100) known.heldBy.push(`${pid}/${fd}`)
      found.set(key, known)
    }
  }
  return { objects: [...found.values()], looked }
}

async function factsOf(path: string): Promise<Record<string, string>> {
  const text = await textUpTo(path, MAX_FDINFO).catch(() => '')
  const pairs = text.split('\n').flatMap((line) => {
    const [, name, value] = /^(\w+):\s*(.*)$/.exec(line) ?? []
    return name === undefined || ['pos', 'flags', 'mnt_id', 'ino'].includes(name) ? [] : [[name, value ?? ''] as const]
  })
  return Object.fromEntries(pairs)
}
