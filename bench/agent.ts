/** The agent under measurement: `./tarsier run` as a user would start it, its findings thrown away. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type AgentStatus, statusOf } from './agent-status.ts'
import { costOf, type ProcessCost } from './process-cost.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const READY_TIMEOUT_MS = 60_000
/** After `ready` the first garbage collections and compilations are still to come; they are not the workload's. */
const SETTLE_MS = 1000

export interface Agent {
  readonly pid: number
  readonly cost: () => ProcessCost
  /** Complete lines of findings so far. */
  readonly findings: () => readonly string[]
  /** Ends it in good order. Undefined status: the agent printed none. */
  readonly stop: () => Promise<AgentStatus | undefined>
}

/** Starts the agent and waits until it is ready and calm. `args` follow `tarsier run`. Throws with its words when it does not come up. */
export async function startAgent(args: readonly string[] = []): Promise<Agent> {
  const child = spawn(`${ROOT}tarsier`, ['run', '--format', 'json', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const out = collect(child.stdout)
  const err = collect(child.stderr)
  await ready(child, err)
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const pid = child.pid ?? 0
  return {
    pid,
    cost: () => costOf(pid),
    findings: () => out().split('\n').slice(0, -1),
    stop: async () => {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
      return statusOf(err())
    },
  }
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
