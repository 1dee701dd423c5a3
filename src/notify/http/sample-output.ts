/** One output, opened as `--output` opens it, with what it says and keeps: for tests. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding } from '../../findings/finding.ts'
import type { LineSink } from '../../lib/line-sink.ts'
import { createLog } from '../../lib/log.ts'
import type { DeadLetterLine } from '../delivery/dead-letter.ts'
import { openOutputs, prepareOutputs } from '../notify.ts'

export interface SampleOutput {
  readonly write: (...findings: readonly Finding[]) => void
  readonly reopen: () => void
  readonly close: (timeoutMs?: number) => Promise<void>
  readonly stats: () => { readonly written: number; readonly dropped: number }
  readonly logged: readonly string[]
  readonly deadLetters: () => readonly DeadLetterLine[]
}

const folders: string[] = []

/** A folder that removeSampleFolders() takes away. */
export function sampleFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-output-'))
  folders.push(folder)
  return folder
}

export function removeSampleFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
}

/** The path of a file that holds the secret. */
export function secretFile(text: string): string {
  const path = join(sampleFolder(), 'secret')
  writeFileSync(path, `${text}\n`, { mode: 0o600 })
  return path
}

const STDOUT: LineSink = {
  write: () => {},
  stats: () => ({ written: 0, dropped: 0, queuedBytes: 0, failed: false }),
  room: async () => {},
  close: async () => {},
}

/** Its dead letters lie in a folder of their own. */
export function openSampleOutput(spec: string): SampleOutput {
  const logged: string[] = []
  const log = createLog({ write: (line) => logged.push(line), format: 'text', level: 'debug', colour: false, nowNs: () => 0 })
  const path = join(sampleFolder(), 'dead.ndjson')
  const whole = `${spec}${spec.includes('?') ? '&' : '?'}deadLetter=${path}`
  const { write, reopen, close, stats } = openOutputs(prepareOutputs([whole]), {
    stdout: STDOUT,
    colour: false,
    verbose: false,
    log,
    processId: 77,
  })
  return {
    write: (...findings) => {
      for (const finding of findings) write(finding)
    },
    reopen,
    close: (timeoutMs = 2000) => close(timeoutMs),
    stats: () => stats()[0] ?? { written: -1, dropped: -1 },
    logged,
    deadLetters: () => linesOf(path),
  }
}

function linesOf(path: string): readonly DeadLetterLine[] {
  const text = readFileSync(path, 'utf8').trimEnd()
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as DeadLetterLine)
}

export async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; n < 600 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 5))
  if (!condition()) throw new Error('it did not come to pass')
}
