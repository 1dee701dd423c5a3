import classes from './skeleton.module.css'

export interface SkeletonProps {
  /** As CSS has it; the place that the real thing will take, so that nothing jumps. */
  readonly width?: string
  readonly height?: string
}

/** The place of something that is still loading. */
export function Skeleton({ width = '100%', height = '1em' }: SkeletonProps) {
  return <span className={classes.skeleton} style={{ width, height }} aria-hidden />
}

/** Lines of text that are still loading. */
export function SkeletonLines({ lines }: { readonly lines: number }) {
  return (
    <span className={classes.lines} aria-hidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={`${line}`} width={`${92 - ((line * 37) % 45)}%`} />
      ))}
    </span>
  )
}
