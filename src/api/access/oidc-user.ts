/** The user of somebody who comes from an OpenID provider: known by its subject there, never by a name that anybody may choose. */
import { randomUUID } from 'node:crypto'
import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, Role, User } from '../../store/access-store.ts'

export interface OidcPerson {
  readonly issuer: string
  readonly subject: string
  /** `preferred_username` or the address of mail; a wish. */
  readonly wishedName: string | undefined
  readonly displayName: string | undefined
  readonly role: Role
}

const MOST_NAME = 60
const MOST_DISPLAY_NAME = 100
const MOST_TRIES = 1000

/** Adds the user at the first login; at each, role and display name are those of the provider. Throws AppError OIDC_DISABLED. */
export function userOfPerson(users: AccessStore['users'], person: OidcPerson, nowNs: number): User {
  const known = users.bySubject(person.issuer, person.subject)
  if (known?.disabled) throw new AppError('OIDC_DISABLED', { name: known.name })
  const name = known?.name ?? freeName(users, person.wishedName)
  const user: User = {
    id: known?.id ?? randomUUID(),
    name,
    displayName: person.displayName?.slice(0, MOST_DISPLAY_NAME) ?? known?.displayName ?? name,
    role: person.role,
    disabled: false,
    origin: person.issuer,
    subject: person.subject,
    createdNs: known?.createdNs ?? nowNs,
    lastLoginNs: nowNs,
  }
  users.put(user)
  return user
}

/** The wish in the letters that names have, with a number behind it where it is taken. */
function freeName(users: AccessStore['users'], wish: string | undefined): string {
  const plain = (wish ?? '')
    .slice(0, MOST_NAME)
    .toLowerCase()
    .replace(/[^a-z0-9._@-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  const name = plain === '' ? 'user' : plain
  for (let number = 1; number < MOST_TRIES; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`
    if (users.byName(candidate) === undefined) return candidate
  }
  return randomUUID()
}
