import { type FileHandle, open } from 'node:fs/promises'
import { answered } from '../answered.ts'
import { forEachProcess, textUpTo } from '../read-proc.ts'
import type { CaptureOptions, Gathering, Section } from '../section.ts'

const MAX_MAPS = 16 * 2 ** 20
/** Of one region, from its beginning. */
const MAX_REGION = 128 * 2 ** 20
const MAX_REGIONS = 2048
const CHUNK = 256 * 1024
const PAGE = 4096

export const memory: Section = {
  name: 'memory',
  doc: 'Memory that can be run and is no file’s, or is a file’s and can be written; heap, stack and other memory where they were asked for.',
  maxBytes: 4 * 2 ** 30,
  maxMs: 120_000,
  collect: (gathering) =>
    forEachProcess(gathering, async (pid, folder) => {
      const wanted = regionsOf(await textUpTo(`${folder}/maps`, MAX_MAPS)).filter((region) => isWanted(region, gathering))
      if (wanted.length > MAX_REGIONS)
        gathering.problem(`process ${pid}`, `only the first ${MAX_REGIONS} of ${wanted.length} regions are kept`)
      const told = []
      const file = wanted.length === 0 ? undefined : await open(`${folder}/mem`, 'r')
      try {
        for (const region of wanted.slice(0, MAX_REGIONS)) {
          if (file !== undefined && !gathering.signal.aborted)
            told.push(await keep(gathering, { pid, from: { file, path: `${folder}/mem` }, region }))
        }
      } finally {
        await file?.close()
      }
      await gathering.json(`${pid}.json`, told)
    }),
}

interface OpenMemory {
  readonly file: FileHandle
  readonly path: string
}

interface Region {
  readonly from: number
  readonly to: number
  /** `rwxp`. */
  readonly access: string
  readonly name: string
  readonly kind: 'executable-anonymous' | 'executable-writable' | 'heap' | 'stack' | 'anonymous' | 'other'
}

/** proc_pid_maps(5). The kernel's own page at the top (vsyscall) is beyond what a double can tell, and no process can change it. */
function regionsOf(maps: string): readonly Region[] {
  return maps.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{1,13})-([0-9a-f]{1,13}) (\S{4}) \S+ \S+ (\d+) *(.*)$/.exec(line)
    if (match === null) return []
    const [, from = '', to = '', access = '', inode, name = ''] = match
    const facts = { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), access, name }
    return [{ ...facts, kind: kindOf(access, inode === '0', name) }]
  })
}

/** [vdso] is the kernel's; a name `[anon:…]` is what the process chose to call it. */
function kindOf(access: string, isAnonymous: boolean, name: string): Region['kind'] {
  if (name === '[vdso]' || name === '[vvar]' || name === '[vvar_vclock]' || access.startsWith('---')) return 'other'
  if (access.includes('x')) return isAnonymous ? 'executable-anonymous' : access.includes('w') ? 'executable-writable' : 'other'
  if (!isAnonymous || !access.includes('r')) return 'other'
  return name === '[heap]' ? 'heap' : name === '[stack]' ? 'stack' : 'anonymous'
}

function isWanted({ kind }: Region, { memory: asked }: CaptureOptions): boolean {
  if (kind === 'other') return false
  return kind === 'executable-anonymous' || kind === 'executable-writable' || asked.includes(kind)
}

interface Read {
  readonly pid: number
  readonly from: OpenMemory
  readonly region: Region
}

async function keep(gathering: Gathering, { pid, from: memoryFile, region }: Read) {
  const { from, to, access, name, kind } = region
  const hex = `${from.toString(16)}-${to.toString(16)}`
  const entry = `${pid}/${hex}-${kind}.bin`
  const bytes = Math.min(to - from, MAX_REGION)
  const missing = { pages: 0 }
  const had = await gathering.stream(entry, bytes, pagesOf(memoryFile, region, { bytes, missing }))
  return { address: hex, access, name, kind, file: entry, bytes: to - from, kept: had, unreadablePages: missing.pages }
}

/** A page that cannot be read (of a device, or a file that became shorter) is zeros, and counted. */
async function* pagesOf(
  file: OpenMemory,
  { from }: Region,
  { bytes, missing }: { readonly bytes: number; readonly missing: { pages: number } },
): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes; ) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, bytes - at))
    const had = await readSome(file, chunk, from + at)
    if (had === 0) {
      missing.pages++
      const size = Math.min(PAGE, bytes - at)
      yield chunk.fill(0, 0, size).subarray(0, size)
      at += size
    } else {
      yield chunk.subarray(0, had)
      at += had
    }
  }
}

/** 0 where the page cannot be read. ESRCH, and the rest of what there is, throws: the process is gone. */
async function readSome({ file, path }: OpenMemory, buffer: Buffer, position: number): Promise<number> {
  try {
    return (await answered(path, () => file.read({ buffer, position }))).bytesRead
  } catch (error) {
    if (['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0
    throw error
  }
}
