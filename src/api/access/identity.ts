/** Somebody who has shown who they are. */
import type { ApiToken, Role, Session, User } from '../../store/access-store.ts'

export interface Identity {
  readonly user: User
  /** What it may: that of the user, or less for a token. */
  readonly role: Role
  /** Undefined for those who came with a token. */
  readonly session: Session | undefined
  readonly token: ApiToken | undefined
}
