/** What the agent takes of a core while 5,000 events a second reach it, none of them foldable. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startAgent } from './agent.ts'
import { buildWorkloads } from './workloads.ts'

const FOLDER = fileURLToPath(new URL('../build/bench', import.meta.url))
const RATE = 5000
const seconds = process.argv.includes('--quick') ? 5 : 20

buildWorkloads(FOLDER)
const agent = await startAgent()
const load = spawn(join(FOLDER, 'steady'), [String(RATE), String(seconds), FOLDER], { stdio: 'ignore' })
const before = agent.cost()
await once(load, 'exit')
const after = agent.cost()
const status = await agent.stop()
const share = ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100
console.log(
  `${RATE.toLocaleString('en-US')} opens for writing a second for ${seconds} s: ${share.toFixed(1)} % of one core, RSS ${Math.round(after.residentMiB)} MiB, ${status?.lost ?? 'an unknown number of'} lost.`,
)
