/** Findings that wait, bounded by number and memory, for one who takes them in batches. */
import type { Finding } from '../../findings/finding.ts'
import { createQueue } from '../../lib/queue.ts'
import { weightOf } from './finding-weight.ts'

export interface FindingQueue {
  /** False when there was no room. */
  readonly push: (finding: Finding) => boolean
  readonly length: () => number
  /** The oldest, at least one where there is one; empty where there is none. */
  readonly take: (most: { readonly findings: number; readonly bytes: number }) => readonly Finding[]
  /** Resolves when less than half of the room is taken, or nobody can say when that will be. */
  readonly room: () => Promise<void>
  /** Something was taken, or it failed: lets those go on who wait for room that is there, or will not be soon. */
  readonly stir: () => void
}

export interface FindingQueueOptions {
  readonly maxFindings: number
  readonly maxBytes: number
  /** Who takes them cannot at the moment: it is not waited for. */
  readonly isStuck: () => boolean
}

export function createFindingQueue({ maxFindings, maxBytes, isStuck }: FindingQueueOptions): FindingQueue {
  const queue = createQueue<Finding>({ maxItems: maxFindings, maxBytes, sizeOf: weightOf })
  let waiting: (() => void)[] = []
  const mayGoOn = (): boolean => isStuck() || (queue.length() * 2 < maxFindings && queue.bytes() * 2 < maxBytes)

  function take(most: { readonly findings: number; readonly bytes: number }): readonly Finding[] {
    const taken: Finding[] = []
    let bytes = 0
    for (let next = queue.peek(); next !== undefined && taken.length < most.findings; next = queue.peek()) {
      bytes += weightOf(next)
      if (taken.length > 0 && bytes > most.bytes) break
      taken.push(next)
      queue.shift()
    }
    return taken
  }

  async function room(): Promise<void> {
    if (mayGoOn()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push(resolve)
    await promise
  }

  function stir(): void {
    if (!mayGoOn()) return
    for (const release of waiting) release()
    waiting = []
  }

  return Object.freeze({ push: queue.push, length: queue.length, take, room, stir })
}
