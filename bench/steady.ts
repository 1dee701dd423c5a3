/**
 * What the agent takes of a core while 5,000 events a second reach it: opens for writing that a rule wants by their path and turns
 * down by what the kernel cannot judge, so that none is filtered; and none is equal to another within a second, so that none is folded.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { startIngestServer } from '../test/ingest-server.ts'
import { type Agent, startAgent } from './agent.ts'
import { buildWorkloads } from './workloads.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'build/bench')
const FILES = join(FOLDER, 'steady-files')
const RATE = 5000
const SECONDS = process.argv.includes('--quick') ? 5 : 20
/** So much of what was opened must have arrived, or something else was measured. */
const FEWEST = 0.98
const MOST = 1.2

const RULE_FILE = join(FOLDER, 'steady.yaml')
const RULE = `- rule: Steady load
  desc: Wants every file of the load, and matches none of them.
  condition: evt.type in (open, openat) and fd.name startswith ${FILES}/ and fd.name contains no-file-has-this
  output: opened %fd.name
  priority: NOTICE
`

buildWorkloads(FOLDER)
writeFileSync(RULE_FILE, RULE)
const alone = await steady('', [])
console.log(alone)
const state = mkdtempSync(join(tmpdir(), 'tarsier-steady-'))
const server = await startIngestServer(join(state, 'server/ingest.sock'), { keep: false })
try {
  console.log(await steady(', each kept for a server', ['--server-apart', '--state', state]))
  server.behave = 'stall'
  console.log(await steady(', kept while the server stands still', ['--server-apart', '--state', state]))
} finally {
  await server.close()
  rmSync(state, { recursive: true })
}

async function steady(how: string, args: readonly string[]): Promise<string> {
  rmSync(FILES, { recursive: true, force: true })
  mkdirSync(FILES)
  const agent = await startAgent(['--rules', join(ROOT, 'rules'), '--rules', RULE_FILE, ...args])
  try {
    const { share, residentMiB } = await loaded(agent)
    const { events, filtered, lost } = (await agent.stop()) ?? { events: 0, filtered: 0, lost: 0 }
    const opened = RATE * SECONDS
    if (events < opened * FEWEST || events > opened * MOST)
      throw new Error(`${events} events arrived of ${opened} opens (${filtered} filtered, ${lost} lost)`)
    const [rate, arrived] = [RATE, events].map((count) => count.toLocaleString('en-US'))
    return `${rate} kept opens a second for ${SECONDS} s${how}: ${share.toFixed(1)} % of one core, RSS ${Math.round(residentMiB)} MiB; ${arrived} events arrived, ${lost} lost.`
  } finally {
    await agent.stop()
    rmSync(FILES, { recursive: true, force: true })
  }
}

/** `share`: of one core, in percent. */
async function loaded({ cost }: Agent): Promise<{ share: number; residentMiB: number }> {
  const load = spawn(join(FOLDER, 'steady'), [String(RATE), String(SECONDS), FILES], { stdio: 'ignore' })
  try {
    const [before, begun] = [cost(), performance.now()]
    const [code] = await once(load, 'exit')
    if (code !== 0) throw new Error(`the load ended with ${code}`)
    const [after, ended] = [cost(), performance.now()]
    return { share: ((after.cpuSeconds - before.cpuSeconds) / (ended - begun)) * 1e5, residentMiB: after.residentMiB }
  } finally {
    load.kill('SIGKILL')
  }
}
