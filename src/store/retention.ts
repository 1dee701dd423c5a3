/** How long and how much is kept. */
import { AppError } from '../lib/app-error.ts'
import type { SettingStore } from './state-store.ts'
import type { RetentionKind, RetentionSettings } from './store.ts'

const GIB = 2 ** 30
const DAY_NS = 86_400e9

/** Until somebody says otherwise. A year of findings can be looked back at; history is much, and weeks of it are what people ask about. */
const DEFAULT_RETENTION: Readonly<Record<RetentionKind, RetentionSettings>> = {
  findings: { maxAgeDays: 365, maxBytes: 4 * GIB },
  history: { maxAgeDays: 14, maxBytes: 10 * GIB },
  audit: { maxAgeDays: 730, maxBytes: undefined },
  sensorPoints: { maxAgeDays: 30, maxBytes: GIB / 4 },
}

export function readRetention(settings: SettingStore): Readonly<Record<RetentionKind, RetentionSettings>> {
  const read = (kind: RetentionKind): RetentionSettings => {
    const stored = settings.get(settingOf(kind)) as Partial<Record<keyof RetentionSettings, number>> | undefined
    return stored === undefined ? DEFAULT_RETENTION[kind] : { maxAgeDays: stored.maxAgeDays, maxBytes: stored.maxBytes }
  }
  return { findings: read('findings'), history: read('history'), audit: read('audit'), sensorPoints: read('sensorPoints') }
}

/** Throws AppError STORE_RETENTION for a limit that is none. The audit log has none of bytes: a flood of entries may not drive out others. */
export function writeRetention(settings: SettingStore, kind: RetentionKind, limits: RetentionSettings): void {
  const { maxAgeDays, maxBytes } = limits
  if (maxAgeDays !== undefined && !(maxAgeDays > 0))
    throw new AppError('STORE_RETENTION', { value: maxAgeDays, what: `the age of ${kind} in days` })
  const bytesAllowed = maxBytes === undefined || (maxBytes > 0 && kind !== 'audit')
  if (!bytesAllowed) throw new AppError('STORE_RETENTION', { value: maxBytes, what: `the bytes of ${kind}` })
  settings.set(settingOf(kind), { maxAgeDays, maxBytes })
}

/** What happened before has been kept long enough; undefined: nothing has. */
export function cutOf({ maxAgeDays }: RetentionSettings, nowNs: number): number | undefined {
  return maxAgeDays === undefined ? undefined : nowNs - maxAgeDays * DAY_NS
}

const settingOf = (kind: RetentionKind): string => `store.retention.${kind}`
