import type { SensorReport } from '../../findings/sensor-record.ts'
import { Badge, type Tone } from './badge.tsx'

/** It says how it is every few seconds; after so long without a word it is taken as gone. */
const SILENT_MS = 60_000

export type SensorHealth = 'healthy' | 'degraded' | 'losing' | 'silent'

const HEALTH: Readonly<Record<SensorHealth, { readonly tone: Tone; readonly word: string; readonly tip: string }>> = {
  healthy: { tone: 'good', word: 'Healthy', tip: 'It sees everything that its rules ask for.' },
  degraded: {
    tone: 'warning',
    word: 'Degraded',
    tip: 'Some features do not work on its kernel or with its settings: what they would have seen is not seen.',
  },
  losing: { tone: 'error', word: 'Losing events', tip: 'Events were lost: what they would have told was not seen.' },
  silent: {
    tone: 'critical',
    word: 'Silent',
    tip: 'Nothing was heard of it for over a minute: the agent or its host may be down, or cannot reach this server.',
  },
}

/** `lostNow`: events per second that it loses at present, where that is known. The worst of what is so wins. */
export function sensorHealth(report: SensorReport, nowMs: number, lostNow = 0): SensorHealth {
  if (nowMs - report.timeNs / 1e6 > SILENT_MS) return 'silent'
  if (lostNow > 0 || report.spool.dropped > 0) return 'losing'
  return report.degraded.length > 0 ? 'degraded' : 'healthy'
}

export function SensorHealthBadge({ health }: { readonly health: SensorHealth }) {
  const { tone, word, tip } = HEALTH[health]
  return (
    <Badge tone={tone} tip={tip}>
      {word}
    </Badge>
  )
}
