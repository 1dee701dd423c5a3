/** `tarsier noise`: benign work in sandboxes under the live sensor, and what the rules say of it. */
import { release } from 'node:os'
import { type NoiseReport, sumByRule } from '../findings/noise-report.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import { replaceFile } from '../lib/write-file.ts'
import { runWorkloads, type WorkloadRun } from '../prove/run-workloads.ts'
import { chooseWorkloads, readWorkloads } from '../prove/workloads.ts'
import type { AgentHost } from './agent.ts'
import { distribution } from './distribution.ts'
import { requireSandboxPrograms, withObservedSandboxes } from './observed-sandboxes.ts'
import { loadEngine } from './rules.ts'

export { readWorkloads } from '../prove/workloads.ts'

export interface NoiseOptions extends Pick<WorkloadRun, 'seconds' | 'keepGoing' | 'onStart' | 'onResult'> {
  readonly rules: RuleChoice
  readonly folder: string
  /** None for all. */
  readonly names: readonly string[]
  /** Undefined: nothing is written. */
  readonly file: string | undefined
  readonly version: string
  readonly onPlan: (workloads: number) => void
}

/** Throws AppError RULES_*, SENSOR_*, PROVE_PROGRAMS, WORKLOAD_*, FILE_*. */
export async function measureNoise(options: NoiseOptions, host: AgentHost): Promise<NoiseReport> {
  const { seconds, keepGoing, onStart, onResult, version, file } = options
  requireSandboxPrograms()
  const workloads = chooseWorkloads(readWorkloads(options.folder), options.names)
  const engine = loadEngine(options.rules, { stderr: host.stderr, colour: host.colour.stderr })
  const rules = engine.rules.map(({ rule }) => rule)
  const explanations = new Map(rules.flatMap(({ name, noise }) => (noise === undefined ? [] : [[name, noise.trim()] as const])))
  options.onPlan(workloads.length)
  return withObservedSandboxes({ engine, host, prefix: 'tarsier-noise', shadow: false }, async ({ lost, ...sandboxes }) => {
    const results = await runWorkloads({ workloads, seconds, keepGoing, onStart, onResult, ...sandboxes })
    const report: NoiseReport = {
      ...{ date: `${new Date().toISOString().slice(0, 19)}Z`, kernel: release(), distribution: distribution(), version },
      ...{ rules: rules.length, workloads: results, byRule: sumByRule(results, explanations) },
      ...{ left: workloads.length - results.length, lost: lost() },
    }
    if (file !== undefined) replaceFile(file, `${JSON.stringify(report, null, 2)}\n`)
    return report
  })
}
