/** Options about what the agent itself costs. */
import { parseListenAddress } from '../lib/listen-address.ts'
import { parseShare } from '../lib/quantity.ts'
import type { CostChoice } from './context.ts'
import { amount, flag, optionalAmount, type ValuesOf } from './option.ts'

const METRICS_ADDRESS = { host: '127.0.0.1', port: 9464 }

export const COST_OPTIONS = {
  metrics: optionalAmount(
    'ADDR:PORT',
    'Serve metrics for Prometheus at http://ADDR:PORT/metrics. Default address: 127.0.0.1:9464; one that others reach must be written out, and nothing protects it.',
    { expected: 'an address such as 127.0.0.1:9464', read: parseListenAddress, preset: METRICS_ADDRESS },
  ),
  bpfStats: flag('Have the kernel measure the run time of its programs, for the metrics. Costs each run of a program some 20 ns.'),
  maxCpu: amount(
    'SHARE',
    'The most of one processor that the agent may use. Beyond it, equal events are folded over a longer time, then events that only rules below priority warning want are sampled; each step is a finding of its own. Written as 5% or 0.05; default: no limit.',
    'a share such as 5% or 0.05',
    parseShare,
  ),
} as const

export function costChoiceOf({ metrics, bpfStats, maxCpu }: ValuesOf<typeof COST_OPTIONS>): CostChoice {
  return { metrics, bpfStats, maxCpu }
}
