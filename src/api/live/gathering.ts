/**
 * Messages on their way to all clients, gathered for a moment and made into text once. Of a flood of findings only the newest go out, with a `gap` that
 * tells how many did not: nobody reads thousands a second, every one is in the store, and the server has findings to take meanwhile.
 */
import type { LiveMessage } from '../services.ts'
import { eventText } from './event-text.ts'

export interface Numbered {
  readonly id: string
  readonly message: LiveMessage
}

export interface Gathering {
  readonly take: (one: Numbered) => void
  /** Sends what is gathered now, not later. */
  readonly flush: () => void
  readonly close: () => void
}

export interface GatheringOptions {
  readonly everyMs: number
  /** Findings in one text, at most. */
  readonly mostFindings: number
  readonly onText: (text: string) => void
}

export function createGathering({ everyMs, mostFindings, onText }: GatheringOptions): Gathering {
  let gathered: Numbered[] = []
  let left = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function take(one: Numbered): void {
    gathered.push(one)
    if (gathered.length >= mostFindings * 4) thin()
    timer ??= setTimeout(flush, everyMs)
  }

  function thin(): void {
    const kept = newestOf(gathered, mostFindings)
    left += gathered.length - kept.length
    gathered = kept
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (gathered.length === 0) return
    thin()
    const text = textOf(gathered, left)
    gathered = []
    left = 0
    onText(text)
  }

  return { take, flush, close: () => clearTimeout(timer) }
}

/** Without the oldest findings, where there are more than so many; other messages are few, and all stay. */
export function newestOf(messages: readonly Numbered[], mostFindings: number): Numbered[] {
  let surplus = messages.filter(({ message }) => message.kind === 'finding').length - mostFindings
  return messages.filter(({ message }) => message.kind !== 'finding' || surplus-- <= 0)
}

/** As events; `left`: how many findings were left out before them. */
export function textOf(messages: readonly Numbered[], left: number): string {
  const gap = left === 0 ? '' : `event: gap\ndata: {"left":${left}}\n\n`
  return gap + messages.map(({ id, message }) => eventText(id, message)).join('')
}
