/** docs/reference/metrics.md: every metric, from the one list. */
import { METRICS } from '../../src/pipeline/metrics.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateMetricsPage(): string {
  return `${[
    GENERATED_NOTE,
    '# Metrics',
    'Served for Prometheus by `tarsier run --metrics`, at http://127.0.0.1:9464/metrics unless another address is given; `/healthz` beside it says `ok` while the agent works. Counters count from the start of the agent.',
    table(
      ['metric', 'type', 'labels', 'what it says'],
      METRICS.map(({ name, type, labels, help }) => [code(`tarsier_${name}`), type, labels.map((label) => code(label)).join(' '), help]),
    ),
  ].join('\n\n')}\n`
}
