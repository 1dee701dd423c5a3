/**
 * Names of addresses, from the DNS answers that were seen on this host. Nothing is ever asked. Who controls the resolver that a
 * process asks controls these names: they are for reading and for allow-listing one's own services, not for proof.
 */
import type { AnyKernelEvent } from '../events/event.ts'
import { dnsMessageOf } from '../events/fields/dns.ts'
import { createLru } from '../lib/lru.ts'

export interface DomainNames {
  /** Learns from an event; does nothing unless it carries a DNS answer. */
  readonly learn: (event: AnyKernelEvent) => void
  readonly of: (address: string) => string | undefined
  readonly size: () => number
}

const CAPACITY = 16_384
const ADDRESS_TYPES = new Set(['A', 'AAAA'])

/** At most 16,384 addresses; an address has the name that was asked for last. */
export function createDomainNames(): DomainNames {
  const names = createLru<string, string>(CAPACITY)

  function learn(event: AnyKernelEvent): void {
    const message = dnsMessageOf(event)
    const question = message?.response === true ? message.questions[0]?.name : undefined
    if (message === undefined || question === undefined) return
    for (const { type, data } of message.answers) if (ADDRESS_TYPES.has(type)) names.set(data, question)
  }

  return Object.freeze({ learn, of: names.get, size: names.size })
}
