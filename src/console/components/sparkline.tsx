import classes from './sparkline.module.css'

export interface SparklineProps {
  /** What it shows, in words: it is read aloud in place of the picture. */
  readonly label: string
  readonly values: readonly number[]
  /** Of the design: `var(--series-1)`. */
  readonly colour?: string
  /** px. */
  readonly height?: number
  /** The value at the top; the highest one unless given, so that two can be compared. */
  readonly most?: number
}

const WIDTH = 200

/** A line with its area, as wide as its place. */
export function Sparkline({ label, values, colour = 'var(--series-1)', height = 32, most }: SparklineProps) {
  const top = most ?? Math.max(1e-9, ...values)
  const points = values.map((value, index) => {
    const x = values.length < 2 ? WIDTH : (index / (values.length - 1)) * WIDTH
    return `${x.toFixed(1)},${(height - 1 - Math.min(1, value / top) * (height - 3)).toFixed(1)}`
  })
  const line = points.join(' ')
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${height}`}
      preserveAspectRatio="none"
      className={classes.line}
      style={{ height }}
    >
      {points.length === 0 ? null : (
        <>
          <polygon points={`0,${height} ${line} ${WIDTH},${height}`} fill={colour} opacity={0.16} />
          <polyline points={line} fill="none" stroke={colour} strokeWidth={1.5} vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
        </>
      )}
    </svg>
  )
}
