/** What is new, for those who look on. */
import type { LiveHub, LiveMessage } from '../../api/services.ts'

/** Messages that a client who comes back is told again. */
const REMEMBERED = 1000

/** `run` names this run of the server: numbers of another mean nothing. */
export function createLiveHub(run: string): LiveHub {
  const past: { readonly number: number; readonly message: LiveMessage }[] = []
  const listeners = new Set<(id: string, message: LiveMessage) => void>()
  let number = 0

  const idOf = (of: number): string => `${run}-${of}`

  /** Undefined for an id of another run. */
  function numberOf(id: string): number | undefined {
    const given = id.startsWith(`${run}-`) ? id.slice(run.length + 1) : ''
    return /^\d{1,15}$/.test(given) ? Number(given) : undefined
  }

  return Object.freeze({
    subscribe: (sinceId: string | undefined, onMessage: (id: string, message: LiveMessage) => void) => {
      const since = sinceId === undefined ? undefined : numberOf(sinceId)
      if (since !== undefined) for (const one of past) if (one.number > since) onMessage(idOf(one.number), one.message)
      listeners.add(onMessage)
      return () => {
        listeners.delete(onMessage)
      }
    },
    publish: (message: LiveMessage) => {
      number++
      past.push({ number, message })
      if (past.length > 2 * REMEMBERED) past.splice(0, past.length - REMEMBERED)
      for (const listener of listeners) listener(idOf(number), message)
    },
  })
}
