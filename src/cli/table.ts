/** Rows under a head, as wide as the terminal. What they hold is escaped here. */
import { escapeText } from '../lib/escape.ts'
import type { Style } from '../lib/style.ts'

export interface TableColumn<Row> {
  readonly head: string
  readonly text: (row: Row) => string
  readonly paint?: (text: string, row: Row, style: Style) => string
  /** Takes what the others leave, and is cut there. At most one. */
  readonly fills?: true
}

const GAP = '  '
const LEAST = 20

/** `width`: of the terminal; undefined: nothing is cut. Ends in a newline; empty where there are no rows. */
export function tableText<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  { width, style }: { readonly width: number | undefined; readonly style: Style },
): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => columns.map(({ text }) => escapeText(text(row))))
  const widths = columns.map(({ head }, index) => Math.max(head.length, ...cells.map((line) => (line[index] ?? '').length)))
  const filling = columns.findIndex(({ fills }) => fills)
  if (filling !== -1 && width !== undefined) {
    const others = widths.reduce((sum, one, index) => sum + (index === filling ? 0 : one + GAP.length), 0)
    widths[filling] = Math.min(widths[filling] ?? 0, Math.max(LEAST, width - others))
  }
  const line = (texts: readonly string[], painted: (text: string, index: number) => string): string =>
    texts
      .map((text, index) =>
        painted(index === texts.length - 1 ? cut(text, widths[index]) : cut(text, widths[index]).padEnd(widths[index] ?? 0), index),
      )
      .join(GAP)
      .trimEnd()
  const head = line(
    columns.map((column) => column.head),
    style.dim,
  )
  const lines = cells.map((texts, at) => line(texts, (text, index) => columns[index]?.paint?.(text, rows[at] as Row, style) ?? text))
  return `${[head, ...lines].join('\n')}\n`
}

const cut = (text: string, width = 0): string => (text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text)
