/** What carries syslog messages to a server. */

export interface SyslogLink {
  /** Takes one message (without framing). Never throws or blocks. */
  readonly send: (message: string) => void
  readonly stats: () => { readonly written: number; readonly dropped: number }
  readonly close: (timeoutMs: number) => Promise<void>
}

export interface SyslogLinkOptions {
  readonly maxQueued: number
  /** The wait before the second try; it doubles up to `maxRetryMs`. */
  readonly firstRetryMs: number
  readonly maxRetryMs: number
  /** At each change between reachable and not: the error, or undefined and how many messages were lost meanwhile. */
  readonly onChange: (error: NodeJS.ErrnoException | undefined, dropped: number) => void
}

/** Remembers whether the server is reachable, and says each change once. It begins as reachable: a good start says nothing. */
export function createReachability(onChange: SyslogLinkOptions['onChange'], dropped: () => number) {
  let failing = false
  let droppedBefore = 0
  const bad = (error: NodeJS.ErrnoException): void => {
    if (failing) return
    failing = true
    droppedBefore = dropped()
    onChange(error, 0)
  }
  const good = (): void => {
    if (!failing) return
    failing = false
    onChange(undefined, dropped() - droppedBefore)
  }
  return { bad, good, failing: () => failing }
}
