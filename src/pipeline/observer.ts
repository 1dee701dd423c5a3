/** The sensor with the rules, for scripts in sandboxes: what is found is told apart by the process that it descends from. */
import { hostname as readHostname } from 'node:os'
import type { Engine } from '../detect/engine.ts'
import { deriveInterest } from '../detect/interest.ts'
import { namedFiles } from '../detect/named-files.ts'
import type { Finding } from '../findings/finding.ts'
import type { Observer, Told } from '../prove/observer.ts'
import type { AgentHost } from './agent.ts'
import { createDetection } from './detection.ts'
import { unfoldedKinds } from './kernel-filters.ts'
import { openLiveEvents } from './live-events.ts'
import { sayHooks } from './say.ts'
import { totalLost } from './sensor-losses.ts'
import { kindsOfTypes } from './wanted-kinds.ts'

export interface Observed extends Observer {
  readonly lost: () => number
  readonly stop: () => Promise<void>
}

/** The way of `tarsier run`: the kernel filters, every rule, no folding of findings. `shadow`: rules in shadow, too. */
export function observe(engine: Engine, host: AgentHost, shadow: boolean): Observed {
  const watches = new Map<number, { readonly sinceNs: number; readonly told: Told[] }>()
  const emit = (finding: Finding): void => {
    for (const { pid } of finding.lineage) {
      const watch = watches.get(pid)
      if (watch !== undefined && finding.timeNs >= watch.sinceNs) watch.told.push({ finding, atNs: live.nowNs() })
    }
  }
  const detection = createDetection({ engine, hostname: readHostname(), foldWindowMs: 0, shadow, emit })
  const wanted = deriveInterest(engine.rules, engine.planner)
  const live = openLiveEvents({
    kinds: kindsOfTypes(engine.wantedTypes),
    ringBytes: undefined,
    compat: true,
    namedFiles: namedFiles(engine.rules.map(({ rule }) => rule)),
    interest: wanted.interest,
    onFilters: (state, knobs) => knobs.setUnfolded(unfoldedKinds(wanted, state)),
    onEvent: detection.onEvent,
    onRepeats: detection.onRepeats,
  })
  sayHooks(live.hooks, host.log)
  return {
    watch: (pid) => {
      // Finer than the milliseconds of live.nowNs: what made the sandbox ready happened within the last one.
      const watch = { sinceNs: (performance.timeOrigin + performance.now()) * 1e6, told: [] }
      watches.set(pid, watch)
      return { told: () => watch.told, end: () => void watches.delete(pid) }
    },
    settle: async () => {
      await live.flush()
      detection.advance(live.nowNs())
    },
    lost: () => totalLost(live),
    stop: live.stop,
  }
}
