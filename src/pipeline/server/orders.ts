/** What people ask of agents, until these fetch it. */
import type { ResponseOrder } from '../../respond/order.ts'

export interface OrderDesk {
  /** Its agent has asked lately: what is given will be taken. */
  readonly isThere: (hostname: string) => boolean
  /** False: too much waits for that agent already, or it is too large to be fetched; it is not given. */
  readonly give: (hostname: string, order: ResponseOrder) => boolean
  /** Waits for at most `waitMs` until there is something; each order is given once, and soon or never. `gone` aborts when the agent hung up. */
  readonly take: (hostname: string, waitMs: number, gone: AbortSignal) => Promise<readonly ResponseOrder[]>
}

/** So much later than its last question an agent counts as gone. */
const PRESENCE_MS = 15_000
const MAX_WAITING = 1000
/** Of orders that wait, as JSON: an agent takes answers of at most four times that (src/pipeline/upstream/orders.ts). */
const MAX_WAITING_CHARS = 256 * 1024
/** What was asked for so long ago is not begun any more: nobody expects it. */
const MAX_AGE_MS = 60_000
/** Hosts that are remembered. */
const MAX_HOSTS = 10_000

interface Waiting {
  readonly order: ResponseOrder
  readonly chars: number
  readonly givenMs: number
}

interface Place {
  orders: readonly Waiting[]
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

  /** Those that were given lately. */
  const current = ({ orders }: Place): readonly Waiting[] => orders.filter(({ givenMs }) => nowMs() - givenMs < MAX_AGE_MS)

  function give(hostname: string, order: ResponseOrder): boolean {
    const place = placeOf(hostname)
    const waiting = current(place)
    const { length: chars } = JSON.stringify(order)
    const all = waiting.reduce((sum, one) => sum + one.chars, chars)
    if (waiting.length >= MAX_WAITING || all > MAX_WAITING_CHARS || !places.has(hostname)) return false
    place.orders = [...waiting, { order, chars, givenMs: nowMs() }]
    place.wake?.()
    return true
  }

  async function take(hostname: string, waitMs: number, gone: AbortSignal): Promise<readonly ResponseOrder[]> {
    const place = placeOf(hostname)
    place.asking++
    try {
      if (place.orders.length === 0) await somethingNew(place, waitMs, gone)
      if (gone.aborted) return []
      const orders = current(place)
      place.orders = []
      return orders.map(({ order }) => order)
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
