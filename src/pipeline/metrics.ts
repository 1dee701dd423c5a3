/** Every metric of the agent. To add one, write it in a file of metrics/. */
import { agentMetrics } from './metrics/agent-metrics.ts'
import { kernelMetrics } from './metrics/kernel-metrics.ts'
import type { MetricDefinition } from './metrics/metric.ts'
import { preventionMetrics } from './metrics/prevention-metrics.ts'
import { responseMetrics } from './metrics/response-metrics.ts'
import { ruleMetrics } from './metrics/rule-metrics.ts'
import { upstreamMetrics } from './metrics/upstream-metrics.ts'

export const METRICS: readonly MetricDefinition[] = [
  ...kernelMetrics,
  ...ruleMetrics,
  ...agentMetrics,
  ...upstreamMetrics,
  ...preventionMetrics,
  ...responseMetrics,
]
