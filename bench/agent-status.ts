/** What the agent counted, as it says when it ends. */

export interface AgentStatus {
  /** Events that its hooks saw. */
  readonly seen: number
  /** Events that reached user space. */
  readonly events: number
  /** Of those seen, counted in the kernel and not sent. */
  readonly folded: number
  /** Of those seen, dropped in the kernel since no rule could match them. */
  readonly filtered: number
  readonly lost: number
}

const COUNTS: readonly (keyof AgentStatus)[] = ['seen', 'events', 'folded', 'filtered', 'lost']

/** Reads the account from the last line `tarsier: stopped (seen=1, …)` on standard error; undefined when there is none. */
export function statusOf(printed: string): AgentStatus | undefined {
  const account = printed
    .split('\n')
    .findLast((line) => line.startsWith('tarsier: stopped ('))
    ?.matchAll(/(\w+)=([\d.]+)/g)
  if (account === undefined) return undefined
  const values = new Map([...account].map(([, name = '', value = '']) => [name, Number(value)]))
  const read = (name: keyof AgentStatus): [keyof AgentStatus, number] => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`the agent's account lacks ${name}: ${printed.trim().split('\n').at(-1)}`)
    return [name, value]
  }
  return Object.fromEntries(COUNTS.map(read)) as Record<keyof AgentStatus, number>
}
