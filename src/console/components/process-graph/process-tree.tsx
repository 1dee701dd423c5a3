import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronRight, CircleDashed } from 'lucide-react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useIsPhone } from '../../app/use-is-phone.ts'
import { counted } from '../../format/numbers.ts'
import { Badge } from '../badge.tsx'
import { Text } from '../text.tsx'
import { Time } from '../time.tsx'
import { foldedCount, type TreeRow } from './forest.ts'
import classes from './process-tree.module.css'
import { targetOf } from './tree-keys.ts'
import type { TreeRows } from './use-tree-rows.ts'

export interface ProcessTreeProps extends TreeRows {
  readonly label: string
  readonly focus?: string | undefined
  readonly onOpen: (processKey: string) => void
}

const ROW_PX = 32
const PHONE_ROW_PX = 44
const INDENT_PX = 18
/** Deeper ones stand no further right: a chain of hundreds would leave the window. */
const MOST_INDENTS = 14

/** A tree of processes as a list: only the rows in sight are in the page. The same keys as the picture. */
export function ProcessTree({ rows, toggle, label, focus, onOpen }: ProcessTreeProps) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string | undefined>(focus)
  const isPhone = useIsPhone()
  const rowPx = isPhone ? PHONE_ROW_PX : ROW_PX
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowPx, overscan: 10 })
  const at = rows.findIndex(({ key }) => key === active)

  function onKey(event: KeyboardEvent): void {
    const target = targetOf(event.key, rows, at)
    if (event.ctrlKey || event.metaKey || event.altKey || target === undefined) return
    event.preventDefault()
    if (target.kind === 'go') {
      setActive(target.row.key)
      virtual.scrollToIndex(rows.indexOf(target.row))
    } else if (target.kind === 'toggle' || target.row.kind === 'fold') toggle(target.row)
    else onOpen(target.row.key)
  }

  const shown = virtual.getVirtualItems()
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      aria-activedescendant={shown.some(({ index }) => index === at) ? `${id}-${at}` : undefined}
      data-rows
      tabIndex={0}
      className={classes.tree}
      onKeyDown={onKey}
      onFocus={() => active === undefined && setActive(rows[0]?.key)}
    >
      <div role="presentation" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start, size }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <div
              key={row.key}
              id={`${id}-${index}`}
              role="treeitem"
              tabIndex={-1}
              aria-level={row.depth + 1}
              aria-expanded={row.kind === 'process' && row.node.children.length > 0 ? row.isOpen : undefined}
              aria-selected={row.key === focus}
              data-active={index === at}
              className={classes.row}
              style={{
                height: size,
                transform: `translateY(${start}px)`,
                paddingInlineStart: 8 + Math.min(MOST_INDENTS, row.depth) * INDENT_PX,
              }}
              onClick={() => {
                setActive(row.key)
                if (row.kind === 'fold') toggle(row)
                else onOpen(row.key)
              }}
            >
              {row.kind === 'fold' ? <FoldRow row={row} /> : <ProcessRow row={row} onToggle={() => toggle(row)} />}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function FoldRow({ row }: { readonly row: TreeRow & { readonly kind: 'fold' } }) {
  return (
    <>
      <CircleDashed size={13} aria-hidden className={classes.caret} />
      <span className={classes.muted}>{counted(foldedCount(row.nodes), 'process', 'processes')} without findings</span>
    </>
  )
}

function ProcessRow({ row, onToggle }: { readonly row: TreeRow & { readonly kind: 'process' }; readonly onToggle: () => void }) {
  const { process, children } = row.node
  const runs = process.exitNs === undefined || process.exitNs === null
  return (
    <>
      {children.length === 0 ? (
        <span className={classes.caret} />
      ) : (
        <span
          className={classes.caret}
          data-open={row.isOpen}
          onClick={(event) => {
            event.stopPropagation()
            onToggle()
          }}
        >
          <ChevronRight size={14} aria-hidden />
        </span>
      )}
      <span className={classes.light} data-runs={runs} data-tip={runs ? 'Runs' : 'Has ended'} />
      <span className={classes.name}>
        <Text value={process.name} />
      </span>
      <span className={classes.muted}>{process.pid}</span>
      {process.findings > 0 ? <Badge tone="error">{counted(process.findings, 'finding')}</Badge> : null}
      <span className={classes.command}>
        <Text value={process.cmdline} mono oneLine />
      </span>
      <span className={classes.far}>
        <Text value={process.user} oneLine />
      </span>
      <span className={classes.far}>
        <Time ns={process.startedNs} inRow />
      </span>
    </>
  )
}
