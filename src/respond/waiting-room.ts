/** What waits for a person's answer. */
import { hasShare } from './rate.ts'
import type { ResponseRequest } from './request.ts'
import type { Story } from './steps.ts'

export interface Waiting {
  readonly request: ResponseRequest
  /** Equal for requests that would do the same to the same; undefined: a person asked. */
  readonly key: string | undefined
  /** One for each step. */
  readonly stories: readonly Story[]
  readonly untilNs: number
}

export interface WaitingRoom {
  /** Whether this workload may have one more wait: decoys leave room for others. */
  readonly hasRoom: (workload: string | undefined) => boolean
  readonly hasKey: (key: string) => boolean
  readonly add: (waiting: Waiting) => void
  /** By the id of a record of it: it waits no more, with all its steps. */
  readonly take: (id: string) => Waiting | undefined
  /** Stories that nobody answered in time; they wait no more. */
  readonly takeOver: (nowNs: number) => readonly Story[]
  /** Of records. */
  readonly size: () => number
}

const MAX_WAITING = 500

export function createWaitingRoom(): WaitingRoom {
  const waiting = new Map<string, Waiting>()

  function leave(one: Waiting): void {
    for (const story of one.stories) waiting.delete(story.record().id)
  }

  function take(id: string): Waiting | undefined {
    const found = waiting.get(id)
    if (found !== undefined) leave(found)
    return found
  }

  function takeOver(nowNs: number): readonly Story[] {
    const over = [...new Set(waiting.values())].filter(({ untilNs }) => nowNs >= untilNs)
    for (const one of over) leave(one)
    return over.flatMap(({ stories }) => stories)
  }

  function hasRoom(workload: string | undefined): boolean {
    const shares = [...waiting.values()].map(({ request }) => request.workload)
    return hasShare(MAX_WAITING, shares, workload)
  }

  return Object.freeze({
    hasRoom,
    hasKey: (key: string) => [...waiting.values()].some((one) => one.key === key),
    add: (one: Waiting) => {
      for (const story of one.stories) waiting.set(story.record().id, one)
    },
    take,
    takeOver,
    size: () => waiting.size,
  })
}
