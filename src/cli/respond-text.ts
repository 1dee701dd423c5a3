/** Actions and plans for people. */
import type { PlannedResponse, ResponsePlan } from '../api/services.ts'
import type { ActionRecord } from '../findings/action-record.ts'
import { escapeText } from '../lib/escape.ts'
import type { Style } from '../lib/style.ts'
import { rfc3339 } from '../lib/time-format.ts'
import { type TableColumn, tableText } from './table.ts'

const second = (timeNs: number): string => `${rfc3339(timeNs).slice(0, 19)}Z`

/** One action: whom, and every step. */
export function actionText({ id, action, target, hostname, steps, reach, undoable, expiresNs }: ActionRecord, style: Style): string {
  const touched = [...reach.processes, ...reach.containers.map((name) => `container ${name}`)]
  const left = reach.processCount - reach.processes.length
  return [
    `${style.bold(action)} of ${escapeText(target)} on ${escapeText(hostname)} ${style.dim(id)}`,
    ...steps.map(({ phase, timeNs, detail }) => `  ${style.dim(rfc3339(timeNs).slice(11, 23))} ${phase.padEnd(15)} ${escapeText(detail)}`),
    ...(touched.length === 0 ? [] : [`  touches: ${escapeText(touched.join(', '))}${left > 0 ? ` and ${left} more` : ''}`]),
    ...(undoable
      ? [`  to take it back: tarsier respond undo ${id}${expiresNs === undefined ? '' : ` (by itself at ${second(expiresNs)})`}`]
      : []),
    '',
  ].join('\n')
}

const TOTALS: readonly TableColumn<ResponsePlan['totals'][number]>[] = [
  { head: 'TIMES', text: ({ count }) => String(count).padStart(7) },
  { head: 'TARGETS', text: ({ targets }) => String(targets).padStart(7) },
  { head: 'MODE', text: ({ mode }) => mode },
  { head: 'RESPONSE', text: ({ response }) => response, fills: true },
]

const PLANNED: readonly TableColumn<PlannedResponse>[] = [
  { head: 'TIME', text: ({ timeNs }) => second(timeNs), paint: (text, _, style) => style.dim(text) },
  { head: 'HOST', text: ({ hostname }) => hostname },
  { head: 'MODE', text: ({ mode }) => mode },
  { head: 'ACTIONS', text: ({ actions }) => actions.join(', ') },
  { head: 'TARGET', text: ({ target }) => target },
  { head: 'SINCE', text: ({ rule }) => rule, fills: true },
]

export function planText(
  { findings, truncated, totals, planned }: ResponsePlan,
  options: { readonly width: number | undefined; readonly style: Style },
): string {
  const looked = `${findings} findings looked at${truncated ? ' (the newest; there are more)' : ''}`
  if (totals.length === 0) return `${looked}: nothing would have been done\n`
  return [`${looked}\n`, tableText(TOTALS, totals, options), tableText(PLANNED, planned, options)].join('\n')
}
