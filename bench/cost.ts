/** What the agent costs a workload: runs without it, with empty programs on its hooks, and with it, turn by turn. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { type Agent, startAgent } from './agent.ts'
import { endGroup } from './child-group.ts'
import { attachFloor } from './floor.ts'
import { median } from './statistics.ts'
import type { Workload } from './workloads.ts'

export interface CostOptions {
  readonly folder: string
  /** The most pairs of a workload; fewer, but FEWEST_PAIRS, where they take longer than PATIENCE_MS. */
  readonly pairs: number
  readonly quick: boolean
  /** Hooks for the floor; none: it is left out. */
  readonly sections: readonly string[]
}

export interface CostResult {
  readonly workload: Workload
  /** How many runs the medians are of. */
  readonly pairs: number
  readonly bareSeconds: number
  readonly floorSeconds: number | undefined
  readonly agentSeconds: number
  /** Of the agent, during one run of the workload. */
  readonly cpuSeconds: number
  readonly residentMiB: number
  /** This and what follows: since the agent came up, so of two runs of the workload. */
  readonly seen: number
  readonly folded: number
  readonly filtered: number
  readonly lost: number
}

const FEWEST_PAIRS = 5
const PATIENCE_MS = 90_000
const RUN_TIMEOUT_MS = 120_000

/** Medians over the pairs. */
export async function measureCost(workload: Workload, options: CostOptions): Promise<CostResult> {
  const runs: Awaited<ReturnType<typeof measurePair>>[] = []
  const begun = performance.now()
  await timeOf(workload, { ...options, quick: true }) // warms caches; not counted
  const enough = (): boolean => runs.length >= options.pairs || (runs.length >= FEWEST_PAIRS && performance.now() - begun > PATIENCE_MS)
  while (!enough()) runs.push(await measurePair(workload, options))
  const middle = (read: (run: (typeof runs)[number]) => number): number => median(runs.map(read))
  return {
    workload,
    pairs: runs.length,
    bareSeconds: middle((run) => run.bare),
    floorSeconds: options.sections.length === 0 ? undefined : middle((run) => run.floor ?? 0),
    agentSeconds: middle((run) => run.agent),
    cpuSeconds: middle((run) => run.cpuSeconds),
    residentMiB: middle((run) => run.residentMiB),
    seen: middle((run) => run.seen),
    folded: middle((run) => run.folded),
    filtered: middle((run) => run.filtered),
    lost: middle((run) => run.lost),
  }
}

async function measurePair(workload: Workload, options: CostOptions) {
  const bare = await timeOf(workload, options)
  const floor = options.sections.length === 0 ? undefined : await timeWithFloor(workload, options)
  return { bare, floor, ...(await timeWithAgent(workload, options)) }
}

async function timeWithFloor(workload: Workload, options: CostOptions): Promise<number> {
  const floor = attachFloor(options.sections, options.folder)
  try {
    return await timeOf(workload, options)
  } finally {
    await floor.stop()
  }
}

async function timeWithAgent(workload: Workload, options: CostOptions) {
  const agent = await startAgent()
  try {
    // An agent runs for weeks: that V8 compiles what it has not met yet is not what a workload costs. Falco has no such beginning.
    await timeOf(workload, options)
    const during = await costDuring(agent, workload, options)
    const status = await agent.stop()
    if (status === undefined) throw new Error('the agent ended without its account')
    return { ...during, ...status }
  } finally {
    await agent.stop()
  }
}

async function costDuring(agent: Agent, workload: Workload, options: CostOptions) {
  const before = agent.cost()
  const seconds = await timeOf(workload, options)
  await new Promise((resolve) => setTimeout(resolve, 100)) // what is still in the ring belongs to the workload
  const after = agent.cost()
  return { agent: seconds, cpuSeconds: after.cpuSeconds - before.cpuSeconds, residentMiB: after.residentMiB }
}

/** Wall-clock seconds of one run. Throws when the workload fails, or hangs. */
async function timeOf(workload: Workload, { folder, quick }: CostOptions): Promise<number> {
  const [program = '', ...args] = workload.command(folder, quick ? workload.quickCount : workload.count)
  const start = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true })
  const hung = setTimeout(() => endGroup(child), RUN_TIMEOUT_MS)
  const [code, signal] = await once(child, 'exit')
  clearTimeout(hung)
  if (code !== 0) throw new Error(`${workload.name} ended with ${code ?? signal}`)
  return (performance.now() - start) / 1000
}
