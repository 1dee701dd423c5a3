/** Looks whether the sensor can work on this host: the host's facts, then every hook, loaded and attached for a moment. */
import { KINDS } from '../../events/kinds.ts'
import { AppError } from '../../lib/app-error.ts'
import { type HealthCheck, type HealthReport, healthReport } from '../../lib/health.ts'
import type { Hook } from '../../sources/ebpf/attached.ts'
import { openKernelSource } from '../../sources/ebpf.ts'
import { checkHost } from './host-checks.ts'
import { readHostFacts } from './host-facts.ts'

export async function examineHost(): Promise<HealthReport> {
  const host = checkHost(readHostFacts())
  const { checks, hooks } = await examineSensor()
  const attached = hooks.filter(({ state }) => state === 'attached')
  return healthReport([...host, ...checks], [...new Set(attached.flatMap(({ kind }) => kind ?? []))])
}

/** Opens the sensor with all its hooks and closes it again. */
async function examineSensor(): Promise<{ readonly checks: readonly HealthCheck[]; readonly hooks: readonly Hook[] }> {
  try {
    const source = openKernelSource({ kinds: new Set(KINDS.map((kind) => kind.name)), onBatch: () => {} })
    await source.stop()
    const { hooks } = source
    const loaded: HealthCheck = { group: 'Sensor', name: 'programs', status: 'ok', detail: 'built, loaded and detached again' }
    return { checks: [loaded, ...hookChecks(hooks)], hooks }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { checks: [{ group: 'Sensor', name: 'programs', status: 'failed', detail: error.message, fix: error.fix }], hooks: [] }
  }
}

/** One line per kind of events. What this kernel was built without nobody can use: that is no fault. What it refuses is. */
function hookChecks(hooks: readonly Hook[]): readonly HealthCheck[] {
  const kinds = [...new Set(hooks.map((hook) => hook.kind ?? SHARED))]
  return kinds.map((kind) =>
    kindCheck(
      kind,
      hooks.filter((hook) => (hook.kind ?? SHARED) === kind),
    ),
  )
}

const SHARED = 'several kinds'

function kindCheck(name: string, hooks: readonly Hook[]): HealthCheck {
  const bad = hooks.filter((hook) => hook.state !== 'attached')
  const attached = `${hooks.length - bad.length} of ${hooks.length} hooks attached`
  if (bad.length === 0) return { group: 'Hooks', name, status: 'ok', detail: attached }
  const detail = `${attached}; ${[...new Set(bad.map((hook) => hook.reason))].join('; ')}`
  if (bad.every((hook) => hook.state === 'missing')) return { group: 'Hooks', name, status: 'ok', detail }
  return { group: 'Hooks', name, status: 'warning', detail, fix: 'Please report it with the output of: tarsier doctor --json' }
}
