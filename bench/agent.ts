/** The agent under measurement: `./tarsier run` as a user would start it, but alone, its findings thrown away. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type AgentStatus, statusOf } from './agent-status.ts'
import { costOf, type ProcessCost } from './process-cost.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const READY_TIMEOUT_MS = 60_000
/** After `ready` the first garbage collections and compilations are still to come; they are not the workload's. */
const SETTLE_MS = 1000
const STOP_TIMEOUT_MS = 20_000

export interface Agent {
  readonly pid: number
  readonly cost: () => ProcessCost
  /** Ends it in good order, or by force after 20 s. Undefined status: the agent printed none. May be called again. */
  readonly stop: () => Promise<AgentStatus | undefined>
}

/** Called with each finding as it is printed; `atMs`: ms since 1970. */
type OnFinding = (line: string, atMs: number) => void

const APART = '--server-apart'

/** Starts the agent, without a server but where one is said to run apart, and waits until it is ready and calm. `args` follow `tarsier run`. Throws with its words when it does not come up. */
export async function startAgent(args: readonly string[] = [], onFinding: OnFinding = () => {}): Promise<Agent> {
  const alone = args.includes(APART) ? [] : ['--no-server']
  const child = spawn(`${ROOT}tarsier`, ['run', '--format', 'json', ...alone, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  eachLine(child.stdout, onFinding)
  const err = collect(child.stderr)
  const ended = once(child, 'close')
  try {
    await ready(child, err)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const pid = child.pid ?? 0
  return {
    pid,
    cost: () => costOf(pid),
    stop: async () => {
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await ended
      clearTimeout(force)
      return statusOf(err())
    },
  }
}

function eachLine(stream: NodeJS.ReadableStream, onLine: OnFinding): void {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const atMs = performance.timeOrigin + performance.now()
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line, atMs)
  })
}

/** What a stream said so far. */
function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = []
  stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  return () => chunks.join('')
}

function ready(child: ChildProcess, err: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the agent ${why}:\n${err()}`))
    const timer = setTimeout(() => fail(`was not ready within ${READY_TIMEOUT_MS / 1000} s`), READY_TIMEOUT_MS)
    child.once('error', (error) => fail(`did not start: ${error.message}`))
    child.once('exit', (code) => fail(`ended with code ${code}`))
    child.stderr?.on('data', () => {
      if (!/\bready\b/.test(err())) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve()
    })
  })
}
