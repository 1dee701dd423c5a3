/** So many readings per second of event time: a flood of unknown processes must not become a flood of readings. */

export interface ReadBudget {
  /** Takes one reading if there is one left in this second. `timeNs`: now, since boot. */
  readonly take: (timeNs: number) => boolean
  /** How many were refused. */
  readonly refused: () => number
}

const SECOND_NS = 1e9

export function createReadBudget(perSecond: number): ReadBudget {
  let second = 0
  let left = perSecond
  let refused = 0

  function take(timeNs: number): boolean {
    const now = Math.floor(timeNs / SECOND_NS)
    if (now !== second) {
      second = now
      left = perSecond
    }
    if (left > 0) {
      left--
      return true
    }
    refused++
    return false
  }

  return Object.freeze({ take, refused: () => refused })
}
