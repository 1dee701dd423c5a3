import { userInfo } from 'node:os'
import type { AccessStore } from '../../store/access-store.ts'

export interface Told {
  readonly action: string
  readonly target: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly nowNs: number
}

/** Writes into the audit log what whoever is root on this host did. */
export function noteHere({ audit }: AccessStore, { action, target, detail, nowNs }: Told): void {
  audit.append({ timeNs: nowNs, userId: undefined, userName: userInfo().username, address: 'this host', action, target, detail })
}
