/** Asks for things anew when the stream says that they have changed: at once, and then not again before a while has passed, however often it says so. */
import type { QueryClient, QueryKey } from '@tanstack/react-query'

const PAUSE_MS = 1500

/** Per client, when each key was last asked for, or the timer of the next time. */
const known = new WeakMap<
  QueryClient,
  Map<string, { readonly lastMs: number; readonly timer: ReturnType<typeof setTimeout> | undefined }>
>()

/** What runs already is not begun anew: a flood would never let it end. */
export function refresh(client: QueryClient, queryKey: QueryKey): void {
  const ofClient = known.get(client) ?? new Map()
  known.set(client, ofClient)
  const name = JSON.stringify(queryKey)
  const before = ofClient.get(name)
  if (before?.timer !== undefined) return
  const now = Date.now()
  const waitMs = before === undefined ? 0 : Math.max(0, before.lastMs + PAUSE_MS - now)
  const ask = (): void => {
    ofClient.set(name, { lastMs: Date.now(), timer: undefined })
    void client.invalidateQueries({ queryKey }, { cancelRefetch: false })
  }
  if (waitMs === 0) ask()
  else ofClient.set(name, { lastMs: before?.lastMs ?? now, timer: setTimeout(ask, waitMs) })
}
