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
      `Beside it: ${FALCO_MEASURED}, for the same programs. Seconds are wall clock, medians of the pairs; a ratio is that to the bare run. Met: the time added is at most a third of what Falco adds, or at most 1.3 times what empty programs add. Noise: not the third, and empty programs seemed to make it faster.`,
    )
  for (const { title, text } of others) parts.push(`### ${title}`, text.trim())
  return `${parts.join('\n\n')}\n`
}

function costTable(costs: readonly CostResult[]): string {
  const head = [
    'workload',
    'pairs',
    'bare',
    'empty programs',
    'Tarsier',
    'Falco',
    'added, of Falco',
    'verdict',
    'CPU (Falco)',
    'RSS',
    'seen',
    'folded',
    'filtered',
    'lost (Falco)',
  ]
  const rows = costs.map((cost) => {
    const { falco } = cost.workload
    const ratio = cost.agentSeconds / cost.bareSeconds
    return [
      `${cost.workload.name}: ${cost.workload.doc}`,
      String(cost.pairs),
      `${cost.bareSeconds.toFixed(2)} s`,
      cost.floorSeconds === undefined ? '–' : `×${(cost.floorSeconds / cost.bareSeconds).toFixed(2)}`,
      `**×${ratio.toFixed(2)}**`,
      `×${falco.ratio.toFixed(2)}`,
      `${Math.round(((ratio - 1) / (falco.ratio - 1)) * 100)} %`,
      verdictOf(cost),
      `${cost.cpuSeconds.toFixed(2)} s (${falco.cpuSeconds.toFixed(2)})`,
      `${Math.round(cost.residentMiB)} MiB`,
      count(cost.seen),
      count(cost.folded),
      count(cost.filtered),
      `${count(cost.lost)} (${falco.lostPercent} %)`,
    ]
  })
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const PART_OF_FALCO = 1 / 3
const TIMES_FLOOR = 1.3

/** Does the time added keep within the third of Falco's, or near that of empty programs? */
export function verdictOf({
  workload,
  bareSeconds,
  floorSeconds,
  agentSeconds,
}: Pick<CostResult, 'workload' | 'bareSeconds' | 'floorSeconds' | 'agentSeconds'>): string {
  const added = agentSeconds / bareSeconds - 1
  const floor = floorSeconds === undefined ? undefined : floorSeconds / bareSeconds - 1
  if (added <= 0 && floor !== undefined && floor <= 0) return 'noise'
  if (added <= (workload.falco.ratio - 1) * PART_OF_FALCO) return 'met (⅓ of Falco)'
  if (floor === undefined) return 'missed'
  if (floor <= 0) return 'noise'
  return added <= floor * TIMES_FLOOR ? 'met (1.3 × empty)' : `missed (${(added / floor).toFixed(1)} × empty)`
}

/** 1,234,567 */
const count = (value: number): string => Math.round(value).toLocaleString('en-US')
