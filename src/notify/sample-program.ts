/** Servers of Debian that tests run: where they are, and their end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where set-up lays what must not be installed. */
const UNPACKED = fileURLToPath(new URL('../../build/programs/usr/sbin', import.meta.url))

/** Undefined where it is not there. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', UNPACKED]
  return folders.map((folder) => join(folder, name)).find(existsSync)
}

export interface RunningProgram {
  /** Both streams, as they came. */
  readonly output: () => string
  /** Whole lines of standard output. */
  readonly lines: () => readonly string[]
  /** Resolves when it has ended. */
  readonly stop: () => Promise<void>
}

/** Rejects when the program ends, or `isUp` (asked with its output) does not hold within 5 s. */
export async function startProgram(path: string, args: readonly string[], isUp: (output: string) => boolean): Promise<RunningProgram> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), 2000)
    await ended
    clearTimeout(hard)
  }
  for (let n = 0; n < 500 && !isUp(output); n++) {
    if (hasEnded(child)) throw new Error(`${path} ended: ${output}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  if (isUp(output)) return { output: () => output, lines: () => stdout.split('\n').slice(0, -1), stop }
  await stop()
  throw new Error(`${path} is not up: ${output}`)
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null
