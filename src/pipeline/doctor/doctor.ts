/**
 * Looks whether the sensor can work on this host: the host's facts, then every hook. Where an agent runs it is asked what it has attached; else they are
 * loaded and attached for a moment. Beside an agent that would be what its rules are there to find: somebody loads programs into the kernel.
 */
import { DENIAL_KINDS, type DenialKind } from '../../events/denial.ts'
import { KINDS } from '../../events/kinds.ts'
import { AppError } from '../../lib/app-error.ts'
import { type HealthCheck, type HealthReport, healthReport } from '../../lib/health.ts'
import { openKernelSource } from '../../sources/ebpf.ts'
import { askAgents } from '../ask-agent.ts'
import type { HooksReport, ReportedHook } from '../hooks-report.ts'
import { checkHost } from './host-checks.ts'
import { readHostFacts } from './host-facts.ts'
import { checkKept } from './kept-check.ts'

/** `state`: the folder of what outlives a run. */
export async function examineHost(state: string): Promise<HealthReport> {
  const facts = readHostFacts()
  const host = [...checkHost(facts), checkKept(state)]
  const { checks, hooks } = (await examineAgent()) ?? (await examineSensor(facts.lsm?.split(',').includes('bpf') === true))
  const attached = hooks.filter(({ state }) => state === 'attached')
  return healthReport([...host, ...checks], [...new Set(attached.flatMap(({ kind }) => kind ?? []))])
}

interface Examined {
  readonly checks: readonly HealthCheck[]
  readonly hooks: readonly ReportedHook[]
}

/** Undefined where none runs, or none answers. */
async function examineAgent(): Promise<Examined | undefined> {
  try {
    const { answers } = await askAgents<HooksReport>('/hooks')
    if (answers.length === 0) return undefined
    const hooks = [...new Map(answers.flatMap((agent) => agent.hooks.map((hook) => [hook.program, hook]))).values()]
    const pids = answers.map(({ pid }) => pid).join(', ')
    const detail = `an agent runs (process id ${pids}): these are the hooks of the kinds that its rules look at`
    const runs: HealthCheck = { group: 'Sensor', name: 'programs', status: 'ok', detail }
    // One agent by tracepoints is enough to make every call pay.
    const because = answers.find((agent) => agent.tracepointsBecause !== undefined)?.tracepointsBecause
    return { checks: [runs, callsCheck(because), ...hookChecks(hooks)], hooks }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return undefined // nothing can be told of it: the sensor itself is tried, and says why it cannot
  }
}

/** Opens the sensor with all its hooks and closes it again. `triesDenials`: those of BPF LSM, too; without rules they deny nothing. */
async function examineSensor(triesDenials: boolean): Promise<Examined> {
  try {
    const source = openKernelSource({ kinds: new Set(KINDS.map((kind) => kind.name)), onBatch: () => {} })
    const refused = triesDenials ? source.denials.watch(new Set(DENIAL_KINDS)) : undefined
    await source.stop()
    const { hooks } = source
    const loaded: HealthCheck = { group: 'Sensor', name: 'programs', status: 'ok', detail: 'built, loaded and detached again' }
    const denials = refused === undefined ? [] : [denialCheck(refused)]
    return { checks: [...denials, loaded, callsCheck(source.tracepointsBecause), ...hookChecks(hooks)], hooks }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { checks: [{ group: 'Sensor', name: 'programs', status: 'failed', detail: error.message, fix: error.fix }], hooks: [] }
  }
}

/** A kernel may run BPF as a security module, and take no program of it. `refused`: why, by kind. */
export function denialCheck(refused: ReadonlyMap<DenialKind, string>): HealthCheck {
  const check = { group: 'Prevention', name: 'hooks of BPF LSM' } as const
  if (refused.size === 0) return { ...check, status: 'ok', detail: 'loaded and taken down again' }
  const [first] = refused.values()
  const detail = `the kernel takes ${DENIAL_KINDS.length - refused.size} of ${DENIAL_KINDS.length}, not those for ${[...refused.keys()].join(', ')} (${first})`
  return {
    ...check,
    status: 'warning',
    detail,
    fix: 'Use a kernel that takes BPF LSM programs; until then such acts are found, not denied.',
  }
}

/** Both are well: it says what the other calls of the host pay. */
function callsCheck(tracepointsBecause: string | undefined): HealthCheck {
  const detail =
    tracepointsBecause === undefined
      ? 'watched by functions: the calls that nobody watches pay nothing'
      : `watched by tracepoints (${tracepointsBecause}): every call pays a little`
  return { group: 'Sensor', name: 'system calls', status: 'ok', detail }
}

/** One line per kind of events. What this kernel was built without nobody can use: that is no fault. What it refuses is. */
function hookChecks(hooks: readonly ReportedHook[]): readonly HealthCheck[] {
  const kinds = [...new Set(hooks.map((hook) => hook.kind ?? SHARED))]
  return kinds.map((kind) =>
    kindCheck(
      kind,
      hooks.filter((hook) => (hook.kind ?? SHARED) === kind),
    ),
  )
}

const SHARED = 'several kinds'

function kindCheck(name: string, hooks: readonly ReportedHook[]): HealthCheck {
  const bad = hooks.filter((hook) => hook.state !== 'attached')
  const attached = `${hooks.length - bad.length} of ${hooks.length} hooks attached`
  if (bad.length === 0) return { group: 'Hooks', name, status: 'ok', detail: attached }
  const detail = `${attached}; ${[...new Set(bad.map((hook) => hook.reason))].join('; ')}`
  if (bad.every((hook) => hook.state === 'missing')) return { group: 'Hooks', name, status: 'ok', detail }
  return { group: 'Hooks', name, status: 'warning', detail, fix: 'Please report it with the output of: tarsier doctor --json' }
}
