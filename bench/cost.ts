/** What the agent costs a workload: runs without it, with empty programs on its hooks, and with it, turn by turn. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { type Agent, startAgent } from './agent.ts'
import { attachFloor } from './floor.ts'
import { median } from './statistics.ts'
import type { Workload } from './workloads.ts'

export interface CostOptions {
  readonly folder: string
  readonly pairs: number
  readonly quick: boolean
  /** Hooks for the floor; none: it is left out. */
  readonly sections: readonly string[]
}

export interface CostResult {
  readonly workload: Workload
  readonly bareSeconds: number
  readonly floorSeconds: number | undefined
  readonly agentSeconds: number
  /** Of the agent, during one run of the workload. */
  readonly cpuSeconds: number
  readonly residentMiB: number
  readonly seen: number
  readonly folded: number
  readonly lost: number
}

/** Medians over the pairs. */
export async function measureCost(workload: Workload, options: CostOptions): Promise<CostResult> {
  const runs: Awaited<ReturnType<typeof measurePair>>[] = []
  await timeOf(workload, options) // warms caches; not counted
  for (let pair = 0; pair < options.pairs; pair++) runs.push(await measurePair(workload, options))
  const middle = (read: (run: (typeof runs)[number]) => number): number => median(runs.map(read))
  return {
    workload,
    bareSeconds: middle((run) => run.bare),
    floorSeconds: options.sections.length === 0 ? undefined : middle((run) => run.floor ?? 0),
    agentSeconds: middle((run) => run.agent),
    cpuSeconds: middle((run) => run.cpuSeconds),
    residentMiB: middle((run) => run.residentMiB),
    seen: middle((run) => run.seen),
    folded: middle((run) => run.folded),
    lost: middle((run) => run.lost),
  }
}

async function measurePair(workload: Workload, options: CostOptions) {
  const bare = await timeOf(workload, options)
  const floor = options.sections.length === 0 ? undefined : await timeWithFloor(workload, options)
  const agent = await startAgent()
  return { bare, floor, ...(await timeWithAgent(agent, workload, options)) }
}

async function timeWithFloor(workload: Workload, options: CostOptions): Promise<number> {
  const floor = attachFloor(options.sections, options.folder)
  try {
    return await timeOf(workload, options)
  } finally {
    await floor.stop()
  }
}

async function timeWithAgent(agent: Agent, workload: Workload, options: CostOptions) {
  const before = agent.cost()
  const seconds = await timeOf(workload, options)
  await new Promise((resolve) => setTimeout(resolve, 100)) // what is still in the ring belongs to the workload
  const after = agent.cost()
  const status = await agent.stop()
  return {
    agent: seconds,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    residentMiB: after.residentMiB,
    seen: status?.seen ?? 0,
    folded: status?.folded ?? 0,
    lost: status?.lost ?? 0,
  }
}

/** Wall-clock seconds of one run. Throws when the workload fails. */
async function timeOf(workload: Workload, { folder, quick }: CostOptions): Promise<number> {
  const [program = '', ...args] = workload.command(folder, quick ? workload.quickCount : workload.count)
  const start = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${workload.name} ended with ${code}`)
  return (performance.now() - start) / 1000
}
