/**
 * `npm run bench`: what the agent costs the workloads, then how fast its parts are. Needs root, for the agent.
 *
 *   --quick        smaller loads, three pairs, no floor
 *   --only NAME    one workload (bench/workloads.ts) or one part (evaluate, enrich, latency, flood, steady); may be given several times
 *   --pairs N      runs without and with the agent per workload; default 5
 *   --dry          prints, but does not append to bench/RESULTS.md
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agentSections } from './agent-sections.ts'
import { type CostResult, measureCost } from './cost.ts'
import { machineLine } from './machine.ts'
import { renderRun } from './report.ts'
import { buildWorkloads, WORKLOADS } from './workloads.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'build/bench')

/** Benches of their own: each prints Markdown. */
const PARTS = [
  { name: 'evaluate', title: 'Rule engine' },
  { name: 'enrich', title: 'Enrichment' },
  { name: 'latency', title: 'From system call to finding' },
  { name: 'flood', title: 'Findings while another process floods' },
  { name: 'steady', title: 'Agent at a steady rate' },
] as const

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, dry: { type: 'boolean' }, only: { type: 'string', multiple: true }, pairs: { type: 'string' } },
})
const quick = values.quick ?? false
const wanted = (name: string): boolean => values.only === undefined || values.only.includes(name)
const names: readonly string[] = [...WORKLOADS, ...PARTS].map(({ name }) => name)
for (const name of values.only ?? [])
  if (!names.includes(name)) throw new Error(`no bench is called ${name}; there are ${names.join(', ')}`)
if (process.getuid?.() !== 0) throw new Error('the bench runs the agent, which needs root: sudo npm run bench')

buildWorkloads(FOLDER)
const report = renderRun(machineLine(ROOT, new Date()), await measureCosts(), measureParts())
console.log(`\n${report}`)
if (!values.dry) appendFileSync(join(ROOT, 'bench/RESULTS.md'), `\n${report}`)

async function measureCosts(): Promise<CostResult[]> {
  const workloads = WORKLOADS.filter(({ name }) => wanted(name))
  if (workloads.length === 0) return []
  const options = { folder: FOLDER, quick, pairs: Number(values.pairs ?? (quick ? 3 : 5)), sections: quick ? [] : await agentSections() }
  const results: CostResult[] = []
  for (const workload of workloads) {
    console.error(`${workload.name}: ${workload.doc}`)
    try {
      results.push(await measureCost(workload, options))
    } catch (error) {
      // The others took minutes: they are worth reporting all the same.
      console.error(error)
      process.exitCode = 1
    }
  }
  return results
}

/** Each in a process of its own, so that none warms the engine for the next. */
function measureParts(): { title: string; text: string }[] {
  return PARTS.filter(({ name }) => wanted(name) && existsSync(join(ROOT, `bench/${name}.ts`))).map(({ name, title }) => {
    console.error(`${name}: ${title}`)
    const run = spawnSync(process.execPath, [join(ROOT, `bench/${name}.ts`), ...(quick ? ['--quick'] : [])], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (run.status !== 0) throw new Error(`bench/${name}.ts ended with ${run.status}`)
    return { title, text: run.stdout }
  })
}
