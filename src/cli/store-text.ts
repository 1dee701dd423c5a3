/** What commands say about the store. Each text ends in a newline. */
import { escapeText } from '../lib/escape.ts'
import { formatBytes, formatCount } from '../lib/quantity.ts'
import { createStyle } from '../lib/style.ts'
import { rfc3339 } from '../lib/time-format.ts'
import type { StorePart } from '../store/check-store.ts'
import type { Restored } from '../store/restore.ts'
import type { RetentionSettings } from '../store/store.ts'
import type { StoreReport } from './store-work.ts'

export function storeStatusText(report: StoreReport, colour: boolean): string {
  const { folder, bytes, freeBytes, historyStopped, findings, events, history, retention } = report
  const style = createStyle(colour)
  const rows: [string, string][] = [
    ['folder', escapeText(folder)],
    ['size', `${formatBytes(bytes)}, ${formatBytes(freeBytes)} free on its disk`],
    ['findings', `${formatCount(findings)}, ${limitText(retention.findings)}`],
    ['history', `${formatCount(events)} events in ${formatBytes(history.bytes)}, ${limitText(retention.history)}`],
    ['', history.fromNs === undefined || history.toNs === undefined ? '' : `from ${rfc3339(history.fromNs)} to ${rfc3339(history.toNs)}`],
    ['audit log', limitText(retention.audit)],
    ['sensors', limitText(retention.sensorPoints)],
  ]
  const lines = rows.filter(([, text]) => text !== '').map(([name, text]) => `${style.dim(name.padEnd(10))} ${text}`)
  if (historyStopped) lines.push(style.red('History is not written: the rest of the disk is kept for findings.'))
  return `${lines.join('\n')}\n`
}

function limitText({ maxAgeDays, maxBytes }: RetentionSettings): string {
  const limits = [maxAgeDays === undefined ? '' : `${maxAgeDays} days`, maxBytes === undefined ? '' : formatBytes(maxBytes)]
  const said = limits.filter((limit) => limit !== '')
  return said.length === 0 ? 'kept for ever' : `kept for at most ${said.join(' and ')}`
}

export function storeCheckText(parts: readonly StorePart[], colour: boolean): string {
  const style = createStyle(colour)
  const lines = parts.map(({ name, ok, detail }) => `${ok ? style.green('✓') : style.red('✗')} ${name}: ${escapeText(detail)}`)
  const wrong = parts.filter(({ ok }) => !ok).length
  const verdict = wrong === 0 ? style.green('The store is whole.') : style.red(`${wrong} of ${parts.length} parts are damaged.`)
  return `${[...lines, '', verdict].join('\n')}\n`
}

export function restoredText({ manifest, replaced }: Restored): string {
  const lines = [`The backup of ${rfc3339(manifest.createdNs)} is in place.`]
  if (replaced !== undefined) lines.push(`What was there before is in ${escapeText(replaced)}; remove it when nothing is missing.`)
  return `${lines.join('\n')}\n`
}
