/** The file of findings that an output could not deliver: JSON lines, for a look or to be sent again. */
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Finding } from '../../findings/finding.ts'
import { AppError } from '../../lib/app-error.ts'
import { safeJson } from '../../lib/escape.ts'
import { createFileSink } from '../../lib/file-sink.ts'
import type { Log } from '../../lib/log.ts'
import { rfc3339 } from '../../lib/time-format.ts'
import { within } from './within.ts'

export interface DeadLetter {
  /** Takes findings and says why they lie there. Never throws or blocks. */
  readonly put: (findings: readonly Finding[], reason: string) => void
  /** More than it takes at once, portion by portion; what is not written when the time is over finds no room. */
  readonly putAll: (findings: readonly Finding[], reason: string, timeoutMs: number) => Promise<void>
  /** Findings that are in the file. */
  readonly written: () => number
  readonly reopen: () => void
  readonly close: (timeoutMs: number) => Promise<void>
}

export interface DeadLetterOptions {
  /** Of the output. */
  readonly name: string
  /** As set; undefined: `<stateFolder>/dead-letter/<name>.ndjson`; `none`: no file. */
  readonly path: string | undefined
  /** Undefined: a process that keeps nothing. */
  readonly stateFolder?: string | undefined
  /** Of the file and the older one beside it (`.1`) together. */
  readonly maxBytes: number
  readonly log: Log
  readonly nowMs: () => number
}

const RETRY_MS = 1000
const MAX_QUEUED_BYTES = 8 * 1024 * 1024
/** Findings. */
const PORTION = 500

/** One line: when it was given up, by which output, why, and the finding itself, field by field as it was. */
export interface DeadLetterLine {
  readonly time: string
  readonly output: string
  readonly reason: string
  readonly finding: Finding
}

/** Undefined where nothing is to be kept. Throws AppError OUTPUT_UNWRITABLE when the folder that was asked for cannot be made. */
export function openDeadLetter(options: DeadLetterOptions): DeadLetter | undefined {
  const { name, maxBytes, log, nowMs } = options
  const path = pathOf(options)
  if (path === undefined || !makeFolder(path, options)) return undefined
  const sink = createFileSink({
    target: path,
    maxBytes: Math.floor(maxBytes / 2),
    keep: 1,
    maxQueuedBytes: MAX_QUEUED_BYTES,
    retryMs: RETRY_MS,
    onChange: (error) => {
      if (error) log.error('findings that could not be delivered cannot be kept either', { path, reason: error.message })
      else log.info('findings that cannot be delivered are kept again', { path })
    },
  })
  /** A sink lets those go on who wait after each write, however much is left. */
  async function room(): Promise<void> {
    const isFull = ({ failed, queuedBytes } = sink.stats()): boolean => !failed && queuedBytes * 2 >= MAX_QUEUED_BYTES
    while (isFull()) await sink.room()
  }

  function put(findings: readonly Finding[], reason: string): void {
    const time = rfc3339(nowMs() * 1e6)
    for (const finding of findings) sink.write(`${safeJson({ time, output: name, reason, finding } satisfies DeadLetterLine)}\n`)
  }

  async function putAll(findings: readonly Finding[], reason: string, timeoutMs: number): Promise<void> {
    const endMs = performance.now() + timeoutMs
    for (let at = 0; at < findings.length; at += PORTION) {
      put(findings.slice(at, at + PORTION), reason)
      await within(endMs - performance.now(), room())
    }
  }

  return Object.freeze({
    put,
    putAll,
    written: () => sink.stats().written,
    reopen: sink.reopen,
    close: sink.close,
  })
}

function pathOf({ name, path, stateFolder }: DeadLetterOptions): string | undefined {
  if (path === 'none') return undefined
  if (path !== undefined) return path
  return stateFolder === undefined ? undefined : join(stateFolder, 'dead-letter', `${fileName(name)}.ndjson`)
}

/** A name from `--output` may hold anything; that of a file keeps what is harmless. */
function fileName(name: string): string {
  return name
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 100)
}

/** An output works without: only a path that somebody asked for has to be good. */
function makeFolder(path: string, { path: asked, log }: DeadLetterOptions): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return true
  } catch (cause) {
    const reason = (cause as Error).message
    if (asked !== undefined) throw new AppError('OUTPUT_UNWRITABLE', { path, reason }, { cause })
    log.warning('findings that cannot be delivered are not kept', { path, reason })
    return false
  }
}
