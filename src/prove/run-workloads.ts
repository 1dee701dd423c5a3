/** Runs benign work in sandboxes, one after another, and counts what the rules made of it. */
import type { Finding } from '../findings/finding.ts'
import { countFindings, type WorkloadNoise } from '../findings/noise-report.ts'
import { missingFor } from './cases.ts'
import type { Observer, Sandboxes, Watched } from './observer.ts'
import { fetchPackages, installScript } from './packages.ts'
import { whatBroke } from './run-cases.ts'
import { runInSandbox } from './sandbox.ts'
import type { Workload } from './workloads.ts'

export interface WorkloadRun extends Sandboxes {
  readonly workloads: readonly Workload[]
  /** Each is done again, in a new sandbox, until it was observed for so long. */
  readonly seconds: number
  /** Whether others follow when one is broken. */
  readonly keepGoing: boolean
  readonly onStart: (name: string) => void
  readonly onResult: (noise: WorkloadNoise) => void
}

/** Resolves with the results in the order of the workloads; those that did not begin are left out at the end. */
export async function runWorkloads({ workloads, keepGoing, onStart, onResult, ...run }: WorkloadRun): Promise<readonly WorkloadNoise[]> {
  const results: WorkloadNoise[] = []
  for (const one of workloads) {
    if (run.stopped()) break
    onStart(one.name)
    const noise = await runWorkload(one, run)
    results.push(noise)
    onResult(noise)
    if (noise.result === 'broken' && !keepGoing) break
  }
  return results
}

type Run = Pick<WorkloadRun, 'observer' | 'seconds' | 'stopped' | 'prefix'>

async function runWorkload(one: Workload, { observer, seconds, stopped, prefix }: Run): Promise<WorkloadNoise> {
  const findings: Finding[] = []
  let observedMs = 0
  const noise = (result: WorkloadNoise['result'], reason?: string): WorkloadNoise => ({
    ...{ workload: one.name, result, reason, seconds: Math.round(observedMs) / 1000 },
    findings: countFindings(findings),
  })
  const missing = missingFor(one.in, one.needs)
  if (missing.length > 0) return noise('skipped', `not installed: ${missing.join(', ')}`)
  const unavailable = await fetchPackages(one.packages)
  if (unavailable !== undefined) return noise('skipped', unavailable)
  for (let turn = 0; turn === 0 || (observedMs < seconds * 1000 && !stopped()); turn++) {
    const { broken, ms } = await runOnce(one, `${prefix}-${one.name}-${turn}`, observer, findings)
    observedMs += ms
    if (broken !== undefined) return noise('broken', broken)
  }
  return noise('ran')
}

async function runOnce(one: Workload, name: string, observer: Observer, findings: Finding[]) {
  let begun = performance.now()
  let watched: Watched | undefined
  const timeoutMs = one.seconds * 1000
  try {
    const ran = await runInSandbox({
      ...{ script: installScript(one.packages) + one.run, place: one.in, name, timeoutMs },
      onReady: (pid) => {
        begun = performance.now()
        watched = observer.watch(pid)
      },
      onDone: observer.settle,
    })
    await observer.settle()
    findings.push(...(watched?.told() ?? []).map(({ finding }) => finding))
    return { broken: whatBroke(ran, timeoutMs), ms: performance.now() - begun }
  } catch (error) {
    return { broken: (error as Error).message, ms: performance.now() - begun }
  } finally {
    watched?.end()
  }
}
