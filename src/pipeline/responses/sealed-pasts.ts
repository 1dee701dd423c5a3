/** What came before a finding, on the disk: kept when it is made, since memory forgets. */
import { chmodSync, mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Finding } from '../../findings/finding.ts'
import { severityOf } from '../../findings/priority.ts'
import type { Log } from '../../lib/log.ts'
import { shareOf } from '../../respond/kept-share.ts'

export interface SealedPastsOptions {
  readonly folder: string
  /** Lines of JSON of the workload of the finding, the oldest first. */
  readonly past: (finding: Finding) => readonly string[]
  /** So many bytes were written: what is too much goes. */
  readonly wrote: (bytes: number) => void
  readonly log: Log
}

export interface SealedPasts {
  /** Of findings that are urgent enough. Does not wait; what fails is said. */
  readonly seal: (finding: Finding) => void
}

/** `error` and what is more urgent. */
const MOST_SEVERITY = severityOf('error')
/** Findings of one process come together: the first has the past of all. */
const APART_NS = 10e9
const MAX_KEYS = 1000
/** Each past may take megabytes and some 50 ms of the loop that judges events: who makes findings in a loop does not get its pasts all. */
const MAX_WAITING = 64
const MAX_OF_A_WINDOW = { files: 100, bytes: 32 * 1024 * 1024 }
const compress = promisify(gzip)

export function createSealedPasts({ folder, past, wrote, log }: SealedPastsOptions): SealedPasts {
  const last = new Map<string, number>()
  const waiting: Finding[] = []
  let working = false
  let window = { number: 0, files: 0, bytes: 0, leftOut: 0 }

  function seal(finding: Finding): void {
    const key = finding.containerId ?? finding.processKey
    if (key === undefined || finding.source === 'internal' || severityOf(finding.priority) > MOST_SEVERITY) return
    if (finding.timeNs - (last.get(key) ?? Number.NEGATIVE_INFINITY) < APART_NS) return
    last.delete(key)
    last.set(key, finding.timeNs)
    const [oldest] = last.keys()
    if (last.size > MAX_KEYS && oldest !== undefined) last.delete(oldest)
    if (waiting.length >= MAX_WAITING) window.leftOut++
    else waiting.push(finding)
    if (!working) void work()
  }

  /** One after another: what each takes of memory is given back before the next. */
  async function work(): Promise<void> {
    working = true
    for (let finding = waiting.shift(); finding !== undefined; finding = waiting.shift()) if (hasRoom(finding.timeNs)) await keep(finding)
    working = false
  }

  /** Counts those that have to do without, and says how many when their time is over. */
  function hasRoom(timeNs: number): boolean {
    const number = Math.floor(timeNs / APART_NS)
    if (number > window.number) {
      if (window.leftOut > 0)
        log.warning('too many urgent findings at once: what came before some was not kept', { findings: window.leftOut })
      window = { number, files: 0, bytes: 0, leftOut: 0 }
    }
    const room = window.files < MAX_OF_A_WINDOW.files && window.bytes < MAX_OF_A_WINDOW.bytes
    if (!room) window.leftOut++
    return room
  }

  async function keep(finding: Finding): Promise<void> {
    try {
      const lines = past(finding)
      if (lines.length === 0) return
      const text = `${lines.join('\n')}\n`
      window.files++
      window.bytes += text.length
      await write(finding, text)
    } catch (error) {
      log.warning('what came before a finding could not be kept', { finding: finding.id, reason: (error as Error).message })
    }
  }

  async function write({ id, containerId }: Finding, text: string): Promise<void> {
    const bytes = await compress(text)
    const share = join(folder, shareOf(containerId))
    mkdirSync(share, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    await writeFile(join(share, `${id}.ndjson.gz`), bytes, { mode: 0o600 })
    wrote(bytes.length)
  }

  return Object.freeze({ seal })
}
