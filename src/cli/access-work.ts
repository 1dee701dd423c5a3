/** Work on the people and the audit log of a store, also while a server uses it. src/bin/ hands it in, so that commands load no engine. */
import type { AuditChoice } from '../api/offline/audit.ts'
import type { ListedToken, WantedToken } from '../api/offline/tokens.ts'
import type { Invitation } from '../api/offline/users.ts'
import type { ApiToken, AuditEntry, Role, User } from '../store/access-store.ts'
import type { AuditVerdict } from '../store/audit-chain.ts'

/** `folder`: of the store. All throw AppError STORE_UNOPENED, STORE_OLDER, STORE_NEWER. */
export interface AccessWork {
  /** Where the server of a state folder answers, or will. Throws AppError SERVER_SETTINGS. */
  readonly consoleAddress: (state: string) => Promise<string>
  readonly listUsers: (folder: string) => Promise<readonly User[]>
  readonly addUser: (folder: string, user: { readonly name: string; readonly role: Role }) => Promise<Invitation>
  readonly resetUser: (folder: string, name: string) => Promise<Invitation>
  readonly changeUser: (folder: string, name: string, change: Partial<Pick<User, 'role' | 'disabled'>>) => Promise<User>
  readonly removeUser: (folder: string, name: string) => Promise<User>
  readonly listTokens: (folder: string) => Promise<readonly ListedToken[]>
  readonly removeToken: (folder: string, id: string) => Promise<ListedToken>
  readonly addToken: (folder: string, token: WantedToken) => Promise<{ readonly token: ApiToken; readonly secret: string }>
  /** The oldest first. */
  readonly listAudit: (folder: string, choice: AuditChoice) => Promise<Iterable<AuditEntry>>
  readonly verifyAudit: (source: { readonly folder: string } | { readonly file: string }) => Promise<AuditVerdict>
}
