/** A hub for tests: remembers all, numbers from 1. */
import type { LiveHub, LiveMessage } from '../services.ts'

export function createSampleHub(): LiveHub {
  const past: LiveMessage[] = []
  const listeners = new Set<(id: string, message: LiveMessage) => void>()
  return {
    subscribe: (sinceId, onMessage) => {
      if (sinceId !== undefined)
        for (const [index, message] of past.entries()) if (index + 1 > Number(sinceId)) onMessage(String(index + 1), message)
      listeners.add(onMessage)
      return () => listeners.delete(onMessage)
    },
    publish: (message) => {
      past.push(message)
      for (const listener of listeners) listener(String(past.length), message)
    },
  }
}
