import { type MouseEvent, memo, type ReactNode } from 'react'
import classes from './data-table.module.css'
import type { Column } from './data-table.tsx'

export function TableHead<Row>({
  columns,
  template,
  isHidden,
}: {
  readonly columns: readonly Column<Row>[]
  readonly template: string
  readonly isHidden: boolean
}) {
  return (
    <div role="rowgroup" className={isHidden ? 'visually-hidden' : classes.head}>
      <div role="row" aria-rowindex={1} className={classes.headRow} style={{ gridTemplateColumns: template }}>
        {columns.map(({ id, header, align }) => (
          <span key={id} role="columnheader" className={classes.cell} data-align={align}>
            {header}
          </span>
        ))}
      </div>
    </div>
  )
}

interface TableRowProps<Row> {
  readonly id: string
  readonly row: Row
  readonly index: number
  readonly columns: readonly Column<Row>[]
  readonly template: string
  readonly place: { readonly start: number; readonly size: number }
  readonly isActive: boolean
  readonly isOpen: boolean
  readonly card: ((row: Row) => ReactNode) | undefined
  readonly href: string | undefined
  readonly onOpen: ((row: Row) => void) | undefined
  readonly onActivate: (index: number) => void
}

function TableRowOnce<Row>({
  id,
  row,
  index,
  columns,
  template,
  place,
  isActive,
  isOpen,
  card,
  href,
  onOpen,
  onActivate,
}: TableRowProps<Row>) {
  function onClick(event: MouseEvent<HTMLElement>): void {
    onActivate(index)
    if (onOpen === undefined || isForSomethingElse(event)) return
    if ((event.ctrlKey || event.metaKey) && href !== undefined) window.open(href, '_blank', 'noopener')
    else onOpen(row)
  }
  return (
    // The grid takes the keys for its rows.
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      className={classes.row}
      data-active={isActive}
      data-opens={onOpen !== undefined}
      style={{ height: place.size, transform: `translateY(${place.start}px)`, gridTemplateColumns: card === undefined ? template : '1fr' }}
      onClick={onClick}
      onAuxClick={(event) => {
        if (event.button === 1 && href !== undefined) window.open(href, '_blank', 'noopener')
      }}
    >
      {card === undefined ? (
        columns.map((column) => (
          <span key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
            {column.cell(row)}
          </span>
        ))
      ) : (
        <span role="gridcell" className={classes.card}>
          {card(row)}
        </span>
      )}
    </div>
  )
}

/** Rows are made again only when something of theirs has changed, not at every step of scrolling. */
export const TableRow = memo(TableRowOnce, (before, after) =>
  (Object.keys(after) as (keyof typeof after)[]).every((name) =>
    name === 'place' ? before.place.start === after.place.start && before.place.size === after.place.size : before[name] === after[name],
  ),
) as typeof TableRowOnce

/** Text that was marked, or a link or button inside the row. */
function isForSomethingElse(event: MouseEvent<HTMLElement>): boolean {
  if ((event.target as Element).closest('a, button, input, label, select') !== null) return true
  const selection = window.getSelection()
  return selection !== null && !selection.isCollapsed && event.currentTarget.contains(selection.anchorNode)
}
