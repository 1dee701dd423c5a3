/** The results of a bench run as Markdown, for the terminal and for RESULTS.md. */
import type { CostResult } from './cost.ts'
import { FALCO_MEASURED } from './workloads.ts'

/** One section: machine, the table of costs, then what the other benches printed. */
export function renderRun(
  machine: string,
  costs: readonly CostResult[],
  others: readonly { readonly title: string; readonly text: string }[],
): string {
  const parts = [`## ${machine}`]
  if (costs.length > 0)
    parts.push(
      costTable(costs),
      `Beside it: ${FALCO_MEASURED}, for the same programs. Seconds are wall clock; a ratio is that to the bare run.`,
    )
  for (const { title, text } of others) parts.push(`### ${title}`, text.trim())
  return `${parts.join('\n\n')}\n`
}

function costTable(costs: readonly CostResult[]): string {
  const head = [
    'workload',
    'bare',
    'empty programs',
    'Tarsier',
    'Falco',
    'added, of Falco',
    'CPU (Falco)',
    'RSS',
    'seen',
    'folded',
    'lost (Falco)',
  ]
  const rows = costs.map((cost) => {
    const { falco } = cost.workload
    const ratio = cost.agentSeconds / cost.bareSeconds
    return [
      `${cost.workload.name}: ${cost.workload.doc}`,
      `${cost.bareSeconds.toFixed(2)} s`,
      cost.floorSeconds === undefined ? '–' : `×${(cost.floorSeconds / cost.bareSeconds).toFixed(2)}`,
      `**×${ratio.toFixed(2)}**`,
      `×${falco.ratio.toFixed(2)}`,
      `${Math.round(((ratio - 1) / (falco.ratio - 1)) * 100)} %`,
      `${cost.cpuSeconds.toFixed(2)} s (${falco.cpuSeconds.toFixed(2)})`,
      `${Math.round(cost.residentMiB)} MiB`,
      count(cost.seen),
      count(cost.folded),
      `${count(cost.lost)} (${falco.lostPercent} %)`,
    ]
  })
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** 1,234,567 */
const count = (value: number): string => Math.round(value).toLocaleString('en-US')
