/** Far more events than any host makes, none filtered and none folded: is each received, or counted as lost? */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { KINDS } from '../src/events/kinds.ts'
import type { Batch } from '../src/events/raw-record.ts'
import { eachRecord, newTally } from '../src/sources/each-record.ts'
import { type KernelSource, openKernelSource } from '../src/sources/ebpf.ts'

const PROGRAM = fileURLToPath(new URL('../test/live/programs/offer.c', import.meta.url))
const MIB = 2 ** 20

export interface Offer {
  /** Opens of one file, or signals to oneself, of which a machine makes more. */
  readonly kind: 'file.open' | 'signal.kill'
  /** Events a second, of all processes together. */
  readonly perSecond: number
  readonly seconds: number
  /** As many as cores when left out. */
  readonly processes?: number
  readonly ringBytes?: number
  /** Equal events within it are folded; 0, for none, when left out. */
  readonly foldWindowMs?: number
}

export interface Offered {
  /** By the load's own count. */
  readonly offered: number
  /** Of those, records that were read. */
  readonly received: number
  /** Events of the kind that others made meanwhile, and that were read. */
  readonly receivedOfOthers: number
  /**
   * Events of the kind that the kernel side sent, of everybody, when the load had ended and when all had been read: as many were read, or some
   * between the two, since others go on.
   */
  readonly sent: { readonly least: number; readonly most: number }
  /** Events of everybody that the kernel side counted as dropped, by cause. */
  readonly lost: { readonly full: number; readonly reserved: number; readonly nested: number }
  /** Events of everybody that were counted into others. */
  readonly folded: number
  /** Events that were left out on purpose: there must be none. */
  readonly leftOut: number
  /** Records that could not be read. */
  readonly unreadable: number
  readonly seconds: number
  /** Before the load, and the most while it ran. */
  readonly residentMiB: { readonly before: number; readonly most: number }
}

export const lostOf = ({ lost }: Offered): number => lost.full + lost.reserved + lost.nested

/** Events of the load that were neither received nor counted. Below 0: what others lost is counted, too. */
export const silentOf = (result: Offered): number => result.offered - result.received - result.folded - lostOf(result)

/** Needs root and the built sensor. */
export async function offerEvents(offer: Offer): Promise<Offered> {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-offer-'))
  try {
    const program = join(folder, 'offer')
    execFileSync('cc', ['-O2', '-Wall', '-Werror', '-static', '-o', program, PROGRAM])
    writeFileSync(join(folder, 'file'), 'x')
    return await underLoad(program, join(folder, 'file'), offer)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function underLoad(program: string, file: string, offer: Offer): Promise<Offered> {
  const tally = newTally()
  const kindId = KINDS.find(({ name }) => name === offer.kind)?.id
  const countOf = new Map<number, number>()
  const onBatch = (batch: Batch): void =>
    void eachRecord(
      batch,
      (record) => {
        if (record.kind === kindId) countOf.set(record.pid, (countOf.get(record.pid) ?? 0) + 1)
      },
      tally,
    )
  const { kind, ringBytes } = offer
  const source = openKernelSource({
    kinds: new Set([kind]),
    foldWindowMs: offer.foldWindowMs ?? 0,
    onBatch,
    ...(ringBytes === undefined ? {} : { ringBytes }),
  })
  const memory = watchMemory()
  try {
    const begun = performance.now()
    const loads = await runLoads(program, offer.kind === 'file.open' ? [file] : [], offer)
    const seconds = (performance.now() - begun) / 1000
    const { sent: least } = counted(source, kind)
    await source.flush()
    const { sent: most, ...rest } = counted(source, kind)
    const received = loads.reduce((sum, { pid }) => sum + (countOf.get(pid) ?? 0), 0)
    return {
      offered: loads.reduce((sum, { made }) => sum + made, 0),
      received,
      receivedOfOthers: [...countOf.values()].reduce((sum, events) => sum + events, 0) - received,
      sent: { least, most },
      ...rest,
      unreadable: tally.broken + tally.unknown,
      seconds,
      residentMiB: memory.read(),
    }
  } finally {
    memory.end()
    await source.stop()
  }
}

/** What the kernel side has counted until now. */
function counted(source: KernelSource, kind: Offer['kind']): Pick<Offered, 'lost' | 'folded' | 'leftOut'> & { readonly sent: number } {
  const events = source.counters().kinds.get(kind)
  if (events === undefined) throw new Error(`the kernel side saw no ${kind} at all`)
  const { sent, lostFull, lostReserved, lostNested, folded, sampled, filteredClass, filteredProcess, filteredObject } = events
  return {
    sent,
    lost: { full: lostFull, reserved: lostReserved, nested: lostNested },
    folded,
    leftOut: sampled + filteredClass + filteredProcess + filteredObject,
  }
}

async function runLoads(program: string, args: readonly string[], offer: Offer): Promise<readonly { pid: number; made: number }[]> {
  const { perSecond, seconds, processes = availableParallelism() } = offer
  // Pipes, not 'ignore': that would be an open of /dev/null by the child.
  const children = Array.from({ length: processes }, () =>
    spawn(program, [String(Math.round(perSecond / processes)), String(seconds), ...args], { stdio: ['pipe', 'pipe', 'pipe'] }),
  )
  try {
    return await Promise.all(
      children.map(async (child) => {
        let text = ''
        child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
        const [code] = await once(child, 'close')
        if (code !== 0) throw new Error(`the load ended with ${code}`)
        return { pid: child.pid ?? 0, made: Number(text) }
      }),
    )
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}

const MEMORY_STEP_MS = 100

function watchMemory(): { read: () => Offered['residentMiB']; end: () => void } {
  const before = process.memoryUsage.rss()
  let most = before
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  const timer = setInterval(look, MEMORY_STEP_MS)
  return {
    read: () => {
      look()
      return { before: before / MIB, most: most / MIB }
    },
    end: () => clearInterval(timer),
  }
}
