/** `./tarsier` as a child process, as a user starts it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TARSIER = `${ROOT}tarsier`

/** A finding as JSON, of which tests look at a few keys. */
export interface PrintedFinding {
  readonly rule: string
  readonly priority: string
  readonly output: string
  readonly output_fields: Readonly<Record<string, unknown>>
  readonly count: number
  readonly lineage: readonly { readonly name: string; readonly exe_path: string }[]
  readonly process: string | null
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** From the signal to the end. */
  readonly ms: number
}

export interface RunningTarsier {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** Whole lines of standard output so far, as JSON. */
  readonly findings: () => readonly PrintedFinding[]
  /** The first finding that fits, once it is printed. Throws after 10 s with what was printed. */
  readonly finding: (fits: (finding: PrintedFinding) => boolean) => Promise<PrintedFinding>
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>
}

/** Runs a command that ends by itself. */
export function tarsier(args: readonly string[], options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {}) {
  const { status, stdout, stderr } = spawnSync(TARSIER, args, { encoding: 'utf8', cwd: ROOT, timeout: 30_000, ...options })
  return { code: status, stdout, stderr }
}

/**
 * Starts one that runs until stopped, and waits until it says `ready`. Throws with its words when it does not. `run` has no server unless the
 * arguments speak of one. `by`: a program with its arguments that executes it.
 */
export async function startTarsier(args: readonly string[], by: readonly string[] = [], readyMs = 30_000): Promise<RunningTarsier> {
  const alone = args[0] === 'run' && !args.some((arg) => SERVER_ARGUMENTS.has(arg)) ? ['--no-server'] : []
  const [program = '', ...given] = [...by, TARSIER, ...args, ...alone]
  const child = spawn(program, given, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  const closed = once(child, 'close')
  await until(() => /^tarsier: ready \(/m.test(err()) || child.exitCode !== null, readyMs, err)
  if (child.exitCode !== null) throw new Error(`tarsier ended with ${child.exitCode}:\n${err()}`)
  const findings = (): PrintedFinding[] =>
    out()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  return {
    child,
    stdout: out,
    stderr: err,
    findings,
    finding: async (fits) => {
      await until(
        () => findings().some(fits),
        10_000,
        () => `${out()}\n${err()}`,
      )
      return findings().find(fits) as PrintedFinding
    },
    stop: async (signal = 'SIGTERM') => {
      const begun = performance.now()
      if (child.exitCode === null) child.kill(signal)
      const [code, killed] = (await closed) as [number | null, NodeJS.Signals | null]
      return { code, signal: killed, stdout: out(), stderr: err(), ms: performance.now() - begun }
    },
  }
}

const SERVER_ARGUMENTS: ReadonlySet<string> = new Set(['--no-server', '--server-apart', '--listen'])

/** Waits for a condition; throws with `said` when it does not come. */
export async function until(holds: () => boolean, timeoutMs: number, said: () => string): Promise<void> {
  for (const begun = performance.now(); !holds(); ) {
    if (performance.now() - begun > timeoutMs) throw new Error(`did not happen within ${timeoutMs} ms; said:\n${said()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** All that has come so far. */
export function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = []
  stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  return () => chunks.join('')
}
