/**
 * From system call to printed finding, on an otherwise idle host: a file that a rule watches is opened, and the time until its
 * line arrives at the reader of the agent's standard output is taken. Prints Markdown. Falco 0.44.1 here: p50 4.4 ms, p99 16 ms.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { percentile } from './statistics.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'build/bench/latency')
const SAMPLES = process.argv.includes('--quick') ? 100 : 1000
/** Between two opens, so that the sensor's thread sleeps again: the slow case. */
const PAUSE_MS = 20
const SETTLE_MS = 1000
const END_TIMEOUT_MS = 20_000

const RULE = `- rule: Watched file opened
  desc: For the bench.
  condition: evt.type in (open, openat) and fd.name startswith ${FOLDER}/file-
  output: opened %fd.name
  priority: NOTICE
`

mkdirSync(FOLDER, { recursive: true })
writeFileSync(join(FOLDER, 'rule.yaml'), RULE)
const arrivals = new Map<string, number>()
const agent = spawn(join(ROOT, 'tarsier'), ['run', '--rules', join(FOLDER, 'rule.yaml'), '--format', 'json', '--fold-window', '0'], {
  stdio: ['ignore', 'pipe', 'pipe'],
})
const lines = { rest: '' }
agent.stdout.setEncoding('utf8').on('data', (text: string) => noteArrivals(text, performance.now()))
const delays: number[] = []
try {
  await ready(agent)
  for (let sample = 0; sample < SAMPLES; sample++) delays.push(await measure(sample))
} finally {
  await end(agent)
  rmSync(FOLDER, { recursive: true })
}
const [p50, p99, max] = [percentile(delays, 0.5), percentile(delays, 0.99), percentile(delays, 1)].map((ms) => ms.toFixed(2))
console.log(
  `${SAMPLES} opens, ${PAUSE_MS} ms apart: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms (Falco 0.44.1 on the same machine: p50 4.4 ms, p99 16 ms).`,
)

function noteArrivals(text: string, now: number): void {
  const parts = (lines.rest + text).split('\n')
  lines.rest = parts.pop() ?? ''
  for (const line of parts) arrivals.set(/file-\d+/.exec(line)?.[0] ?? '', now)
}

async function measure(sample: number): Promise<number> {
  const name = `file-${sample}`
  const begun = performance.now()
  closeSync(openSync(join(FOLDER, name), 'w'))
  for (let waited = 0; waited < 5000; waited += PAUSE_MS) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    const arrived = arrivals.get(name)
    if (arrived !== undefined) return arrived - begun
  }
  throw new Error(`no finding for ${name} within 5 s`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
  await closed
  clearTimeout(force)
}

async function ready(child: ChildProcess): Promise<void> {
  const said = { text: '' }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.stderr?.on('data', (text) => {
    said.text += text
    if (/\bready\b/.test(said.text)) resolve()
  })
  child.once('exit', (code) => reject(new Error(`the agent ended with code ${code}:\n${said.text}`)))
  await promise
  child.removeAllListeners('exit')
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
}
