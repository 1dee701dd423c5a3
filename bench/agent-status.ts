/** What the agent counted, as it says when it ends. */

export interface AgentStatus {
  /** Events that its hooks saw. */
  readonly seen: number
  /** Of those, counted in the kernel and not sent. */
  readonly folded: number
  readonly lost: number
}

/** Reads the summary from what the agent printed on standard error; undefined when there is none. */
export function statusOf(printed: string): AgentStatus | undefined {
  for (const line of printed.split('\n').toReversed()) {
    if (!line.startsWith('{')) continue
    const value: unknown = JSON.parse(line)
    if (isStatus(value)) return value
  }
  return undefined
}

const isStatus = (value: unknown): value is AgentStatus =>
  typeof value === 'object' && value !== null && ['seen', 'folded', 'lost'].every((key) => typeof Reflect.get(value, key) === 'number')
