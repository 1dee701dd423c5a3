/** People, sessions, tokens and the audit log as JSON. Hashes of secrets stay inside. */
import Type from 'typebox'
import { type ApiToken, type AuditEntry, ROLES, type User } from '../../store/access-store.ts'
import { count, nounShape, oneOf, optionalText, record, timeNs } from './shape.ts'

export const roleShape = () => oneOf(ROLES)

export const userShape = nounShape<User>()('User', 'Somebody who may come in.', {
  id: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  role: roleShape(),
  disabled: Type.Boolean(),
  origin: Type.String({ description: '`local`, or the issuer of an OpenID provider.' }),
  subject: optionalText(),
  createdNs: timeNs('When the user was added.'),
  lastLoginNs: Type.Optional(timeNs('The latest login.')),
})

export const sessionAnswerShape = record(
  {
    user: userShape,
    csrfToken: Type.String({ description: 'For the header X-CSRF-Token of each request that changes something; empty with a token.' }),
    role: roleShape(),
    permissions: Type.Array(Type.String(), { description: 'What this role may: methods and paths.' }),
    version: Type.String(),
  },
  'Who you are and what you may.',
)

/** A token as it is shown. */
export type ShownToken = Omit<ApiToken, 'tokenHash'>

export const tokenShape = nounShape<ShownToken>()('ApiToken', 'By which a program comes in.', {
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  role: roleShape(),
  createdNs: timeNs('When it was made.'),
  expiresNs: timeNs('Until when it holds.'),
  lastUsedNs: Type.Optional(timeNs('The latest use, to the minute.')),
})

export const auditEntryShape = nounShape<AuditEntry>()('AuditEntry', 'What somebody did; the hash covers it and the hash before.', {
  number: count('From 1, without a gap.'),
  timeNs: timeNs('When it was done.'),
  userId: optionalText(),
  userName: Type.String(),
  address: Type.String(),
  action: Type.String(),
  target: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
  previousHash: Type.String(),
  hash: Type.String(),
})
