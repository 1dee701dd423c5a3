/** Findings over time as bars by how urgent they are: the most urgent lies at the bottom, where it is seen first. */
import type { Priority } from '../../findings/finding.ts'
import { PRIORITY_TONE } from './severity.tsx'
import type { BarSeries } from './stacked-bars.tsx'

const TONES = ['critical', 'error', 'warning', 'notice', 'info'] as const

export const PRIORITY_SERIES: readonly BarSeries[] = TONES.map((tone) => ({ name: tone, colour: `var(--${tone}-solid)` }))

/** Which of PRIORITY_SERIES a priority belongs to. */
export const prioritySeries = (priority: Priority): number => TONES.indexOf(PRIORITY_TONE[priority])
