import { Minus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { FacetValue } from '../../store/page.ts'
import { shortNumber, wholeNumber } from '../format/numbers.ts'
import classes from './facet-list.module.css'
import { IconButton } from './icon-button.tsx'
import { Skeleton } from './skeleton.tsx'
import { Text } from './text.tsx'

export interface FacetListProps {
  readonly title: string
  /** Undefined while they are loading. */
  readonly values: readonly FacetValue[] | undefined
  /** Values as text; null is the empty text. */
  readonly selected: readonly string[]
  readonly onToggle: (value: string) => void
  /** Leaves out what has that value; without it there is no button for that. */
  readonly onExclude?: (value: string) => void
  /** How a value is shown; by default as text. */
  readonly render?: (value: string) => ReactNode
}

const FEW = 6

/** The most frequent values of a field with their counts; each can be chosen to narrow the list. Chosen ones stay, also when nothing has them any more. */
export function FacetList({ title, values, selected, onToggle, onExclude, render }: FacetListProps) {
  const [showsAll, setShowsAll] = useState(false)
  const counted = (values ?? []).map(({ value, count }) => ({ value: value === null ? '' : String(value), count }))
  const gone = selected.filter((value) => !counted.some((one) => one.value === value)).map((value) => ({ value, count: 0 }))
  const all = [...gone, ...counted]
  const most = Math.max(1, ...all.map(({ count }) => count))
  const shown = showsAll ? all : all.slice(0, Math.max(FEW, gone.length))
  return (
    <fieldset className={classes.facet}>
      <legend>{title}</legend>
      {values === undefined ? <Loading /> : null}
      {values !== undefined && all.length === 0 ? <p className={classes.none}>none</p> : null}
      {shown.map(({ value, count }) => (
        <div key={value} className={classes.row}>
          <label className={classes.value} data-chosen={selected.includes(value)}>
            <input type="checkbox" checked={selected.includes(value)} onChange={() => onToggle(value)} />
            <span className={classes.name}>{value === '' ? <i>none</i> : (render?.(value) ?? <Text value={value} oneLine />)}</span>
            <span className={classes.count} data-tip={wholeNumber(count)}>
              {shortNumber(count)}
            </span>
            <span className={classes.bar} style={{ width: `${(count / most) * 100}%` }} aria-hidden />
          </label>
          {onExclude === undefined ? null : (
            <IconButton
              icon={Minus}
              label={`Leave out ${value === '' ? 'those without' : value}`}
              small
              className={classes.exclude}
              onClick={() => onExclude(value)}
            />
          )}
        </div>
      ))}
      {all.length > shown.length || showsAll ? (
        <button type="button" className={classes.more} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show fewer' : `Show ${all.length - shown.length} more`}
        </button>
      ) : null}
    </fieldset>
  )
}

const Loading = () => (
  <>
    {[70, 55, 62].map((width) => (
      <div key={width} className={classes.loading}>
        <Skeleton width={`${width}%`} height="10px" />
      </div>
    ))}
  </>
)
