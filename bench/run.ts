/**
 * `npm run bench`: what the agent costs the workloads, then how fast its parts are. Needs root, for the agent.
 *
 *   --quick        smaller loads, three pairs, no floor
 *   --only NAME    one workload (bench/workloads.ts) or one part (PARTS below); may be given several times
 *   --pairs N      runs without and with the agent per workload; default 5
 *   --long         lifetimes in full: 10 million, some minutes
 *   --dry          prints, but does not append to bench/RESULTS.md
 *
 * A part that fails or hangs is said, and the others go on; the exit code is 1 then.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agentSections } from './agent-sections.ts'
import { outputOf } from './child-group.ts'
import { type CostResult, measureCost } from './cost.ts'
import { machineLine } from './machine.ts'
import { renderRun } from './report.ts'
import { buildWorkloads, WORKLOADS } from './workloads.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'build/bench')

/** Benches of their own: each prints Markdown. */
const PARTS = [
  { name: 'evaluate', title: 'Rule engine' },
  { name: 'rule-count', title: 'Number of rules' },
  { name: 'enrich', title: 'Enrichment' },
  { name: 'history', title: 'Events kept for history' },
  { name: 'latency', title: 'From system call to finding' },
  { name: 'flood', title: 'Findings while another process floods' },
  { name: 'offered', title: 'A million opens a second offered' },
  { name: 'steady', title: 'Agent at a steady rate' },
  { name: 'prevention', title: 'Execs and opens that are asked about before they happen' },
  { name: 'store', title: 'Store' },
  { name: 'lifetimes', title: 'Process lifetimes, one after another' },
] as const
const PART_TIMEOUT_MS = 120_000
const LONG_TIMEOUT_MS = 20 * 60_000

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    long: { type: 'boolean' },
    dry: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    pairs: { type: 'string' },
  },
})
const quick = values.quick ?? false
const wanted = (name: string): boolean => values.only === undefined || values.only.includes(name)
const names: readonly string[] = [...WORKLOADS, ...PARTS].map(({ name }) => name)
for (const name of values.only ?? [])
  if (!names.includes(name)) throw new Error(`no bench is called ${name}; there are ${names.join(', ')}`)
if (process.getuid?.() !== 0) throw new Error('the bench runs the agent, which needs root: sudo npm run bench')

buildWorkloads(FOLDER)
const report = renderRun(machineLine(ROOT, new Date()), await measureCosts(), await measureParts())
console.log(`\n${report}`)
if (!values.dry) appendFileSync(join(ROOT, 'bench/RESULTS.md'), `\n${report}`)

/** The others took minutes: they are worth reporting all the same. */
async function attempt<T>(what: string, measure: () => Promise<T>): Promise<T | undefined> {
  const begun = performance.now()
  try {
    return await measure()
  } catch (error) {
    console.error(`${what} failed:`, error)
    process.exitCode = 1
    return undefined
  } finally {
    console.error(`${what} took ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
}

async function measureCosts(): Promise<CostResult[]> {
  const workloads = WORKLOADS.filter(({ name }) => wanted(name))
  if (workloads.length === 0) return []
  const sections = quick ? [] : ((await attempt('asking for the hooks of the agent', agentSections)) ?? [])
  const options = { folder: FOLDER, quick, pairs: Number(values.pairs ?? (quick ? 3 : 5)), sections }
  const results: CostResult[] = []
  for (const workload of workloads) {
    console.error(`${workload.name}: ${workload.doc}`)
    const result = await attempt(workload.name, () => measureCost(workload, options))
    if (result !== undefined) results.push(result)
  }
  return results
}

/** Each in a process of its own, so that none warms the engine for the next. */
async function measureParts(): Promise<{ title: string; text: string }[]> {
  const printed: { title: string; text: string }[] = []
  for (const { name, title } of PARTS.filter((part) => wanted(part.name))) {
    console.error(`${name}: ${title}`)
    const text = (await attempt(name, () => runPart(name))) ?? 'Failed.'
    printed.push({ title, text })
  }
  return printed
}

function runPart(name: string): Promise<string> {
  const long = name === 'lifetimes' && values.long === true
  const shortened = quick || (name === 'lifetimes' && !long)
  const args = ['--expose-gc', join(ROOT, `bench/${name}.ts`), ...(shortened ? ['--quick'] : [])]
  return outputOf(process.execPath, args, long ? LONG_TIMEOUT_MS : PART_TIMEOUT_MS, { cwd: ROOT })
}
