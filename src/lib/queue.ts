/** A first-in first-out queue with a bound. What finds no room is refused and counted; nothing blocks. */

export interface Queue<T> {
  /** False when there was no room: the item is counted as dropped. */
  readonly push: (item: T) => boolean
  readonly shift: () => T | undefined
  readonly peek: () => T | undefined
  readonly length: () => number
  /** Sum of the sizes of the items inside. */
  readonly bytes: () => number
  readonly dropped: () => number
  /** Empties the queue; what was in it counts as dropped. */
  readonly drop: () => void
}

export interface QueueBounds<T> {
  readonly maxItems: number
  readonly maxBytes: number
  readonly sizeOf: (item: T) => number
}

/** Amortised O(1): items are taken from a moving head and the array is cut when half of it is empty. */
export function createQueue<T>({ maxItems, maxBytes, sizeOf }: QueueBounds<T>): Queue<T> {
  let items: T[] = []
  let head = 0
  let bytes = 0
  let dropped = 0

  function push(item: T): boolean {
    const size = sizeOf(item)
    if (items.length - head >= maxItems || bytes + size > maxBytes) {
      dropped++
      return false
    }
    items.push(item)
    bytes += size
    return true
  }

  function shift(): T | undefined {
    if (head >= items.length) return undefined
    const item = items[head++] as T
    bytes -= sizeOf(item)
    if (head > 64 && head * 2 > items.length) {
      items = items.slice(head)
      head = 0
    }
    return item
  }

  function drop(): void {
    dropped += items.length - head
    items = []
    head = 0
    bytes = 0
  }

  return Object.freeze({
    push,
    shift,
    peek: () => items[head],
    length: () => items.length - head,
    bytes: () => bytes,
    dropped: () => dropped,
    drop,
  })
}
