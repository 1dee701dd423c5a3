/**
 * Findings of events into which the kernel side may fold later, equal ones: it counts those, and when no equal event comes to carry
 * the number, tells it by the number of the event. Then the finding is there once more, with that count.
 */
import type { Finding } from './finding.ts'

/** How often the event of that number on that CPU has happened again. */
export interface Repeats {
  readonly cpu: number
  readonly seq: number
  readonly count: number
  /** When that was told, ns since 1970. */
  readonly timeNs: number
}

export interface RepeatedFindings {
  /** Keeps a finding of an event; those of one event follow each other. */
  readonly remember: (cpu: number, seq: number, finding: Finding) => void
  /** The findings that these repeats belong to, with their count; none where no rule matched. */
  readonly of: (repeats: Repeats) => readonly Finding[]
}

/** Of the oldest, at most `maxEvents`, the repeats can no longer be told. */
export function createRepeatedFindings({ maxEvents, idOf }: { maxEvents: number; idOf: (timeNs: number) => string }): RepeatedFindings {
  const byEvent = new Map<string, Finding[]>()

  function remember(cpu: number, seq: number, finding: Finding): void {
    const key = `${cpu}-${seq}`
    const known = byEvent.get(key)
    if (known !== undefined) {
      known.push(finding)
      return
    }
    byEvent.set(key, [finding])
    if (byEvent.size <= maxEvents) return
    for (const oldest of byEvent.keys()) {
      byEvent.delete(oldest)
      return
    }
  }

  function of({ cpu, seq, count, timeNs }: Repeats): readonly Finding[] {
    const findings = byEvent.get(`${cpu}-${seq}`) ?? []
    return findings.map((finding) => Object.freeze({ ...finding, id: idOf(timeNs), timeNs, count }))
  }

  return Object.freeze({ remember, of })
}
