import { type PointerEvent, useRef, useState } from 'react'
import { useNow } from '../format/now.ts'
import { shortNumber, wholeNumber } from '../format/numbers.ts'
import { minuteText, shortTimeText } from '../format/time.ts'
import classes from './stacked-bars.module.css'

export interface BarSeries {
  readonly name: string
  /** Of the design: `var(--critical-solid)`. */
  readonly colour: string
}

export interface Bar {
  /** Where it begins; ns since 1970. */
  readonly timeNs: number
  /** One number per series. */
  readonly values: readonly number[]
}

export interface StackedBarsProps {
  readonly label: string
  /** The lowest first. */
  readonly series: readonly BarSeries[]
  /** By time; empty steps are in it with zeros. */
  readonly bars: readonly Bar[]
  readonly stepNs: number
  /** px, without the line of times. */
  readonly height?: number
  /** Dragging over bars chooses their time; ns since 1970. */
  readonly onChoose?: (fromNs: number, toNs: number) => void
}

/** How many of each, over time. What the bar under the pointer says stands in the line below. */
export function StackedBars({ label, series, bars, stepNs, height = 64, onChoose }: StackedBarsProps) {
  const [pointed, setPointed] = useState<number>()
  const [dragged, setDragged] = useState<number>()
  const plot = useRef<HTMLDivElement>(null)
  const nowMs = useNow()
  const most = Math.max(1, ...bars.map(sumOf))
  const at = (event: PointerEvent): number => {
    const box = plot.current?.getBoundingClientRect()
    return box === undefined
      ? 0
      : Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - box.left) / box.width) * bars.length)))
  }
  function onUp(event: PointerEvent): void {
    const [from, to] = [dragged, at(event)].sort((a, b) => (a ?? 0) - (b ?? 0))
    setDragged(undefined)
    const [first, final] = [bars[from ?? 0], bars[to ?? 0]]
    if (dragged !== undefined && first !== undefined && final !== undefined) onChoose?.(first.timeNs, final.timeNs + stepNs)
  }
  const [low, high] = dragged === undefined || pointed === undefined ? [-1, -1] : [Math.min(dragged, pointed), Math.max(dragged, pointed)]
  const bar = pointed === undefined ? undefined : bars[pointed]
  return (
    <figure
      className={classes.figure}
      aria-label={`${label}: ${wholeNumber(bars.reduce((sum, one) => sum + sumOf(one), 0))} altogether, at most ${wholeNumber(most)} at once`}
    >
      <div
        ref={plot}
        className={classes.plot}
        data-chooses={onChoose !== undefined}
        style={{ height }}
        onPointerMove={(event) => setPointed(at(event))}
        onPointerLeave={() => dragged === undefined && setPointed(undefined)}
        onPointerDown={(event) => {
          if (onChoose === undefined || event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setDragged(at(event))
        }}
        onPointerUp={onUp}
      >
        <svg viewBox={`0 0 ${Math.max(1, bars.length)} ${height}`} preserveAspectRatio="none" aria-hidden className={classes.bars}>
          {bars.map((one, index) => (
            <BarShape key={one.timeNs} bar={one} index={index} series={series} scale={(height - 2) / most} height={height} />
          ))}
        </svg>
        {low < 0 ? null : (
          <div
            className={classes.chosen}
            style={{ left: `${(low / bars.length) * 100}%`, width: `${((high - low + 1) / bars.length) * 100}%` }}
          />
        )}
        {pointed === undefined ? null : <div className={classes.pointer} style={{ left: `${((pointed + 0.5) / bars.length) * 100}%` }} />}
      </div>
      <figcaption className={classes.times}>
        {bar === undefined ? (
          <Ends bars={bars} stepNs={stepNs} nowMs={nowMs} most={most} />
        ) : (
          <Told bar={bar} series={series} nowMs={nowMs} />
        )}
      </figcaption>
    </figure>
  )
}

const sumOf = (bar: Bar): number => bar.values.reduce((sum, value) => sum + value, 0)

interface BarShapeProps {
  readonly bar: Bar
  readonly index: number
  readonly series: readonly BarSeries[]
  readonly scale: number
  readonly height: number
}

function BarShape({ bar, index, series, scale, height }: BarShapeProps) {
  let y = height
  return series.map(({ name, colour }, number) => {
    const size = (bar.values[number] ?? 0) * scale
    // Whatever there is can be seen.
    const shown = size > 0 ? Math.max(1.5, size) : 0
    y -= shown
    return shown === 0 ? null : <rect key={name} x={index + 0.12} width={0.76} y={y} height={shown} fill={colour} />
  })
}

function Ends({
  bars,
  stepNs,
  nowMs,
  most,
}: {
  readonly bars: readonly Bar[]
  readonly stepNs: number
  readonly nowMs: number
  readonly most: number
}) {
  const [first, final] = [bars[0], bars.at(-1)]
  if (first === undefined || final === undefined) return null
  return (
    <>
      <span>{minuteText(first.timeNs, nowMs)}</span>
      <span>at most {shortNumber(most)}</span>
      <span>{minuteText(final.timeNs + stepNs, nowMs)}</span>
    </>
  )
}

function Told({ bar, series, nowMs }: { readonly bar: Bar; readonly series: readonly BarSeries[]; readonly nowMs: number }) {
  const told = series.map(({ name, colour }, index) => ({ name, colour, value: bar.values[index] ?? 0 })).filter(({ value }) => value > 0)
  return (
    <>
      <span>{shortTimeText(bar.timeNs, nowMs)}</span>
      <span className={classes.told}>
        {told.length === 0 ? 'none' : null}
        {told.map(({ name, colour, value }) => (
          <span key={name}>
            <i style={{ background: colour }} /> {wholeNumber(value)} {name}
          </span>
        ))}
      </span>
    </>
  )
}
