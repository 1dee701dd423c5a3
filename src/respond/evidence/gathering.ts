/** One section at its work: within its bytes and its time, and what went wrong is kept with it. */
import type { EvidenceCut, EvidenceProblem, EvidenceRedaction, EvidenceSection, SectionState } from '../../findings/evidence.ts'
import { safeJson } from '../../lib/escape.ts'
import type { HostProcess } from '../host/processes.ts'
import type { BundleWriter } from './archive/write.ts'
import { reasonOf } from './read-proc.ts'
import type { CaptureOptions, Gathering, Section } from './section.ts'

/** Of one section; those beyond are counted. */
const MAX_PROBLEMS = 500
const MAX_TEXT = 1000
/** What large files leave to the lists that say what they are. */
const RESERVE = 512 * 1024

export interface Collecting {
  readonly bundle: BundleWriter
  readonly proc: string
  readonly processes: readonly HostProcess[]
  readonly options: CaptureOptions
  /** Of all sections together. */
  readonly maxBytes: number
  /** Aborts when the whole capture has to come to its end. */
  readonly signal: AbortSignal
  /** Bytes written by the section so far. */
  readonly onBytes: (bytes: number) => void
  readonly cuts: EvidenceCut[]
  readonly redactions: EvidenceRedaction[]
}

/** Never throws for what a process or the kernel does; throws AppError FILE_UNWRITABLE where the bundle cannot be written, and bugs. */
export async function collectSection(section: Section, collecting: Collecting): Promise<EvidenceSection> {
  const { name, doc } = section
  const begunMs = performance.now()
  const work = createWork(section, collecting)
  if (section.isWanted?.(collecting.options) === false)
    return { name, doc, state: 'skipped', files: 0, bytes: 0, tookMs: 0, problems: [], moreProblems: 0 }
  let failed = false
  try {
    await withinTime(section, work)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    failed = true
    work.gathering.problem(name, reasonOf(error))
  } finally {
    work.close()
    await work.settled()
  }
  const { problems, more, files, bytes, cut } = work.result()
  const state: SectionState = failed && files === 0 ? 'failed' : problems.length > 0 || cut ? 'partial' : 'whole'
  return { name, doc, state, files, bytes, tookMs: Math.round(performance.now() - begunMs), problems, moreProblems: more }
}

interface Work {
  readonly gathering: Gathering
  readonly over: AbortSignal
  /** Aborts what is under way; nothing is begun after it. */
  readonly close: () => void
  /** What was begun is written to its end. */
  readonly settled: () => Promise<unknown>
  readonly result: () => {
    readonly problems: readonly EvidenceProblem[]
    readonly more: number
    readonly files: number
    readonly bytes: number
    readonly cut: boolean
  }
}

/** A read that does not come back (a file system that does not answer) is left behind. */
async function withinTime({ name, maxMs, collect }: Section, { gathering, over, close }: Work): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(close, maxMs)
  over.addEventListener('abort', () => resolve(), { once: true })
  const collected = over.aborted ? promise : collect(gathering)
  if (over.aborted) resolve()
  // Left behind, it may still fail: nobody waits for that.
  collected.catch(() => undefined)
  try {
    await Promise.race([collected, promise])
  } finally {
    clearTimeout(timer)
  }
  if (over.aborted) gathering.problem(name, 'it was told to end, or out of time, before it had come to its end')
}

function createWork(section: Section, collecting: Collecting): Work {
  const { bundle, options, proc, processes, maxBytes, onBytes, cuts, redactions } = collecting
  const closing = new AbortController()
  const signal = AbortSignal.any([closing.signal, collecting.signal])
  const problems: EvidenceProblem[] = []
  const told = { more: 0, files: 0, bytes: 0, cut: false }
  const left = (): number => Math.max(0, Math.min(section.maxBytes - told.bytes, maxBytes - bundle.bytes()))
  const entryOf = (name: string): string => `${section.name}/${name}`

  function problem(about: string, reason: string): void {
    if (problems.length >= MAX_PROBLEMS) told.more++
    else problems.push({ about: about.slice(0, MAX_TEXT), reason: reason.slice(0, MAX_TEXT) })
  }

  function account(entry: string, wantedBytes: number, { size, had }: { readonly size: number; readonly had: number }): void {
    told.files++
    told.bytes += size
    if (had < wantedBytes) {
      told.cut = true
      cuts.push({ entry, wantedBytes, hadBytes: had })
    }
    onBytes(told.bytes)
  }

  let pending: Promise<unknown> = Promise.resolve()
  /** Sections wait for each file before the next. */
  function begun<T>(work: Promise<T>): Promise<T> {
    pending = work
    return work
  }

  async function put(name: string, content: Uint8Array | string, wantedBytes?: number): Promise<void> {
    if (signal.aborted) return
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const size = Math.min(bytes.length, left())
    await begun(bundle.put(section.name, entryOf(name), bytes.subarray(0, size)))
    account(entryOf(name), wantedBytes ?? bytes.length, { size, had: size })
  }

  async function stream(name: string, wantedBytes: number, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    if (signal.aborted) return 0
    const size = Math.min(wantedBytes, Math.max(0, left() - RESERVE))
    const tame = tamed(chunks, signal, (error) => problem(entryOf(name), reasonOf(error)))
    const had = await begun(bundle.stream(section.name, entryOf(name), size, tame))
    account(entryOf(name), wantedBytes, { size, had })
    return had
  }

  const gathering: Gathering = {
    ...options,
    ...{ proc, processes, signal, left, put, stream, problem },
    json: (name, value) => put(name, `${safeJson(value)}\n`),
    redacted: (name, rules) => {
      const counts = Map.groupBy(rules, (rule) => rule)
      for (const [rule, hits] of counts) redactions.push({ entry: entryOf(name), rule, count: hits.length })
    },
  }
  return {
    gathering,
    over: signal,
    close: () => closing.abort(),
    settled: () => pending.catch(() => undefined).then(() => new Promise(setImmediate)),
    result: () => ({ problems: [...problems], ...told }),
  }
}

/** Ends at an error, which is told, and when the time is over: then also where the next piece does not come. */
async function* tamed(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  const over = Promise.withResolvers<'over'>()
  const end = (): void => over.resolve('over')
  signal.addEventListener('abort', end, { once: true })
  const pieces = chunks[Symbol.asyncIterator]()
  try {
    while (!signal.aborted) {
      const next = pieces.next()
      next.catch(() => undefined)
      const piece = await Promise.race([next, over.promise])
      if (piece === 'over' || piece.done) return
      yield piece.value
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    onError(error)
  } finally {
    signal.removeEventListener('abort', end)
  }
}
