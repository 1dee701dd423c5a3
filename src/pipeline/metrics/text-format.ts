/** Metrics as text, in Prometheus' exposition format 0.0.4. */
import type { AgentView } from './agent-view.ts'
import type { Distribution, MetricDefinition, Sample } from './metric.ts'

export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'
const PREFIX = 'tarsier_'

/** Ends in a newline. Label values are escaped: a rule may be called what its author likes. */
export function metricsText(metrics: readonly MetricDefinition[], view: AgentView): string {
  return metrics.map((metric) => metricText(metric, view)).join('')
}

function metricText(metric: MetricDefinition, view: AgentView): string {
  const name = `${PREFIX}${metric.name}`
  const head = `# HELP ${name} ${escapeHelp(metric.help)}\n# TYPE ${name} ${metric.type}\n`
  if (metric.type === 'histogram') return head + histogramLines(name, metric.read(view))
  return (
    head +
    metric
      .read(view)
      .map((sample) => sampleLine(name, metric.labels, sample))
      .join('')
  )
}

function sampleLine(name: string, names: readonly string[], { labels = [], value }: Sample): string {
  return `${name}${labelText(names.map((label, index) => [label, labels[index] ?? '']))} ${numberText(value)}\n`
}

function histogramLines(name: string, { bounds, counts, count, sum }: Distribution): string {
  let below = 0
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0
    return `${name}_bucket{le="${bound}"} ${numberText(below)}\n`
  })
  return `${buckets.join('')}${name}_bucket{le="+Inf"} ${numberText(count)}\n${name}_sum ${numberText(sum)}\n${name}_count ${numberText(count)}\n`
}

function labelText(labels: readonly (readonly [string, string])[]): string {
  if (labels.length === 0) return ''
  return `{${labels.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',')}}`
}

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

/** Other control characters have no escape in the format, and no place in it. */
function escapeLabel(text: string): string {
  const plain = text.toWellFormed().replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/g, '\uFFFD')
  return plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
