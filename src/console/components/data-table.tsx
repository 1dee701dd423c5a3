import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, type UIEvent, useEffect, useId, useRef, useState } from 'react'
import { useIsPhone } from '../app/use-is-phone.ts'
import { wholeNumber } from '../format/numbers.ts'
import classes from './data-table.module.css'
import { TableHead, TableRow } from './data-table-row.tsx'
import { ErrorState } from './error-state.tsx'
import { Skeleton } from './skeleton.tsx'

export interface Column<Row> {
  readonly id: string
  readonly header: string
  /** Of a CSS grid: `92px`, `minmax(160px, 2fr)`. */
  readonly width: string
  readonly align?: 'end'
  readonly cell: (row: Row) => ReactNode
}

export interface DataTableProps<Row> {
  /** What the rows are: `Findings`. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** Click or Enter. Without it rows cannot be opened. */
  readonly onOpen?: (row: Row) => void
  /** Where the row leads, for a new tab (Ctrl or middle click). */
  readonly rowHref?: (row: Row) => string
  /** The row that is open beside the table. */
  readonly openKey?: string | undefined
  /** How a row looks on a phone, where columns have no room: two lines in 60 px. */
  readonly card: (row: Row) => ReactNode
  /** What stands there instead of no rows. */
  readonly empty: ReactNode
  readonly isLoading: boolean
  readonly error?: unknown
  readonly onRetry?: (() => unknown) | undefined
  /** There is a next page; it is asked for before its rows are seen. */
  readonly hasMore?: boolean
  readonly isLoadingMore?: boolean
  readonly onMore?: () => void
  /** How many there are altogether, where that is known. */
  readonly total?: number | undefined
}

const ROW_PX = 34
const CARD_PX = 60
const AHEAD = 20

/**
 * A long list in columns: only the rows in sight are in the page, the next page comes as one scrolls. Fills its place and scrolls by
 * itself. j, k, arrows, Home, End and Page move; Enter opens; one stop for Tab.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, columns, label, hasMore = false, isLoadingMore = false, onMore, total } = props
  const id = useId()
  const isPhone = useIsPhone()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(-1)
  const rowPx = isPhone ? CARD_PX : ROW_PX
  const virtual = useVirtualizer({
    count: rows.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollPaddingStart: isPhone ? 0 : ROW_PX,
  })
  useEffect(() => {
    if (rowPx > 0) virtual.measure()
  }, [virtual, rowPx])
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && !isLoadingMore && last >= rows.length - AHEAD) onMore?.()
  }, [hasMore, isLoadingMore, last, rows.length, onMore])

  if (props.error !== undefined && props.error !== null && rows.length === 0)
    return <ErrorState error={props.error} onRetry={props.onRetry} />
  if (props.isLoading) return <LoadingRows columns={columns.length} isPhone={isPhone} />
  if (rows.length === 0) return <div className={classes.nothing}>{props.empty}</div>

  function go(to: number): void {
    const next = Math.max(0, Math.min(rows.length - 1, to))
    setActive(next)
    virtual.scrollToIndex(next, { align: 'auto' })
  }

  function onKey(event: KeyboardEvent<HTMLElement>): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const row = rows[active]
    if (event.key === 'Enter' && row !== undefined) props.onOpen?.(row)
    const to = targetOf(event.key, active, rows.length, Math.floor((scroller.current?.clientHeight ?? 400) / rowPx) - 2)
    if (to === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (to !== undefined) go(to)
  }

  const template = columns.map(({ width }) => width).join(' ')
  return (
    // A grid with one stop for Tab, as ARIA has it: the active row is told by aria-activedescendant.
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore ? (total ?? -1) : rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active >= 0 && shown.some(({ index }) => index === active) ? `${id}-${active}` : undefined}
      aria-busy={isLoadingMore}
      data-rows
      tabIndex={0}
      className={classes.table}
      onKeyDown={onKey}
      onFocus={(event) => {
        if (event.target === event.currentTarget && active < 0)
          setActive(shown.find(({ start }) => start >= (scroller.current?.scrollTop ?? 0))?.index ?? 0)
      }}
      onScroll={showShadow}
    >
      <TableHead columns={columns} template={template} isHidden={isPhone} />
      <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start, size }) => {
          const row = rows[index]
          return row === undefined ? (
            <div key="more" role="row" className={classes.more} style={{ height: size, transform: `translateY(${start}px)` }}>
              <span role="gridcell">{total === undefined ? 'Loading more…' : `Loading more of ${wholeNumber(total)}…`}</span>
            </div>
          ) : (
            <TableRow
              key={props.rowKey(row)}
              id={`${id}-${index}`}
              row={row}
              index={index}
              columns={columns}
              template={template}
              place={{ start, size }}
              isActive={index === active}
              isOpen={props.openKey !== undefined && props.rowKey(row) === props.openKey}
              card={isPhone ? props.card : undefined}
              href={props.rowHref?.(row)}
              onOpen={props.onOpen}
              onActivate={setActive}
            />
          )
        })}
      </div>
    </div>
  )
}

function targetOf(key: string, active: number, count: number, page: number): number | undefined {
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return active + 1
    case 'k':
    case 'ArrowUp':
      return active - 1
    case 'PageDown':
      return active + page
    case 'PageUp':
      return active - page
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

/** The head gets an edge while rows lie under it. */
function showShadow(event: UIEvent<HTMLElement>): void {
  event.currentTarget.dataset.scrolled = String(event.currentTarget.scrollTop > 0)
}

/** As high as the rows that will come. */
function LoadingRows({ columns, isPhone }: { readonly columns: number; readonly isPhone: boolean }) {
  return (
    <div className={classes.loading} role="status" aria-label="Loading">
      {Array.from({ length: 14 }, (_, row) => (
        <div key={`${row}`} className={classes.loadingRow} style={{ height: isPhone ? CARD_PX : ROW_PX }}>
          {Array.from({ length: isPhone ? 1 : columns }, (_, column) => (
            <Skeleton key={`${column}`} width={`${40 + ((row * 31 + column * 47) % 50)}%`} height="10px" />
          ))}
        </div>
      ))}
    </div>
  )
}
