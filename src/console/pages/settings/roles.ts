import type { Role } from '../../../store/access-store.ts'

/** Each may what those before it may. */
export const ROLE_NAMES: readonly { readonly value: Role; readonly name: string }[] = [
  { value: 'viewer', name: 'a viewer' },
  { value: 'analyst', name: 'an analyst' },
  { value: 'responder', name: 'a responder' },
  { value: 'admin', name: 'an admin' },
]
