/** Asks the server, again and again, what people want of this host. */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ORDERS_WAIT_MS, UPSTREAM_HEADERS } from '../../findings/upstream.ts'
import { request } from '../../lib/http-module.ts'
import type { Log } from '../../lib/log.ts'
import { orderOf, type ResponseOrder } from '../../respond/order.ts'

export interface OrdersOptions {
  readonly socketPath: string
  readonly hostname: string
  readonly onOrder: (order: ResponseOrder) => void
  readonly log: Log
}

export interface Orders {
  readonly close: () => void
}

const FIRST_RETRY_MS = 250
const MAX_RETRY_MS = 1000
const TIMEOUT_MS = ORDERS_WAIT_MS + 10_000
const MAX_ANSWER = 1024 * 1024

/** One question at a time. A server that is away is asked ever more seldom. */
export function pollOrders({ socketPath, hostname, onOrder, log }: OrdersOptions): Orders {
  const end = new AbortController()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  async function run(): Promise<void> {
    for (let wait = FIRST_RETRY_MS; !end.signal.aborted; ) {
      const orders = await ask().catch(() => undefined)
      if (orders !== undefined) {
        wait = FIRST_RETRY_MS
        for (const order of orders) take(order)
      } else {
        await sleep(wait, undefined, { signal: end.signal, ref: false }).catch(() => undefined)
        wait = Math.min(wait * 2, MAX_RETRY_MS)
      }
    }
  }

  function take(given: unknown): void {
    const order = orderOf(given)
    if (order === undefined) log.warning('the server sent an order that is none')
    else onOrder(order)
  }

  function ask(): Promise<readonly unknown[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>()
    const headers = { [UPSTREAM_HEADERS.hostname]: hostname }
    const asked = request({ socketPath, path: '/orders', agent, headers, signal: end.signal }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > MAX_ANSWER) asked.destroy(new Error('the answer is too long'))
      })
      response.on('end', () => (response.statusCode === 200 ? resolve(ordersIn(text)) : reject(new Error(`status ${response.statusCode}`))))
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.on('socket', (socket) => socket.unref())
    asked.setTimeout(TIMEOUT_MS, () => asked.destroy(new Error('the server does not answer')))
    asked.end()
    return promise
  }

  void run()
  return Object.freeze({
    close: () => {
      end.abort()
      agent.destroy()
    },
  })
}

function ordersIn(text: string): readonly unknown[] {
  const { orders } = (JSON.parse(text) ?? {}) as { readonly orders?: unknown }
  return Array.isArray(orders) ? orders : []
}
