/** What people ask of agents, until these fetch it. */
import type { ResponseOrder } from '../../respond/order.ts'

export interface OrderDesk {
  /** Its agent has asked lately: what is given will be taken. */
  readonly isThere: (hostname: string) => boolean
  readonly give: (hostname: string, order: ResponseOrder) => void
  /** Waits for at most `waitMs` until there is something; each order is given once. `gone` aborts when the agent hung up. */
  readonly take: (hostname: string, waitMs: number, gone: AbortSignal) => Promise<readonly ResponseOrder[]>
}

/** So much later than its last question an agent counts as gone. */
const PRESENCE_MS = 15_000
const MAX_WAITING = 1000
/** Hosts that are remembered. */
const MAX_HOSTS = 10_000

interface Place {
  orders: ResponseOrder[]
  seenMs: number
  asking: number
  wake: (() => void) | undefined
}

export function createOrderDesk(nowMs: () => number): OrderDesk {
  const places = new Map<string, Place>()

  function placeOf(hostname: string): Place {
    const known = places.get(hostname)
    if (known !== undefined) return known
    const place: Place = { orders: [], seenMs: Number.NEGATIVE_INFINITY, asking: 0, wake: undefined }
    if (places.size < MAX_HOSTS) places.set(hostname, place)
    return place
  }

  function give(hostname: string, order: ResponseOrder): void {
    const place = placeOf(hostname)
    place.orders = [...place.orders, order].slice(-MAX_WAITING)
    place.wake?.()
  }

  async function take(hostname: string, waitMs: number, gone: AbortSignal): Promise<readonly ResponseOrder[]> {
    const place = placeOf(hostname)
    place.asking++
    try {
      if (place.orders.length === 0) await somethingNew(place, waitMs, gone)
      if (gone.aborted) return []
      const { orders } = place
      place.orders = []
      return orders
    } finally {
      place.asking--
      place.seenMs = nowMs()
    }
  }

  return Object.freeze({
    isThere: (hostname: string) => {
      const place = places.get(hostname)
      return place !== undefined && (place.asking > 0 || nowMs() - place.seenMs < PRESENCE_MS)
    },
    give,
    take,
  })
}

function somethingNew(place: Place, waitMs: number, gone: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, waitMs)
  place.wake = resolve
  gone.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => {
    clearTimeout(timer)
    if (place.wake === resolve) place.wake = undefined
  })
}
