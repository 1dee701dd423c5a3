/** People who may come in. */
import { randomUUID } from 'node:crypto'
import Type from 'typebox'
import { AppError } from '../../lib/app-error.ts'
import type { User } from '../../store/access-store.ts'
import type { Access } from '../access/access.ts'
import { refuseWithoutAdmin } from '../access/last-admin.ts'
import { LONGEST_PASSWORD } from '../access/password-policy.ts'
import { defineResource, route } from '../route.ts'
import { roleShape, userShape } from '../shapes/access-shape.ts'
import { id, secretText, textOrNothing } from '../shapes/given-text.ts'
import { listOf, record } from '../shapes/shape.ts'

const userId = record({ id: id('the user') })
const DISPLAY_NAME = textOrNothing(100, 'As others see it.')

export const users = defineResource({
  name: 'users',
  doc: 'People who may come in, and what they may. There is always one admin at least.',
  routes: [
    route({
      method: 'GET',
      path: '/users',
      needs: 'admin',
      summary: 'All users.',
      answer: listOf(userShape),
      handler: ({ access }) => ({ items: access.store.users.list() }),
    }),
    route({
      method: 'POST',
      path: '/users',
      needs: 'admin',
      summary: 'Add a user who logs in with a password.',
      body: record({
        name: Type.String({ pattern: '^[a-z0-9][a-z0-9._@-]{0,63}$', description: 'In lower case.' }),
        displayName: Type.Optional(DISPLAY_NAME),
        role: roleShape(),
        password: secretText(LONGEST_PASSWORD, '12 characters or more.'),
      }),
      status: 201,
      answer: userShape,
      audit: { action: 'user.add', target: ({ body }) => body.name },
      handler: async ({ access, services, body }) => {
        const { name, displayName = name, role, password } = body
        const hash = await access.logins.hashOfNew(password, name)
        const user: User = {
          id: randomUUID(),
          name,
          displayName,
          role,
          disabled: false,
          origin: 'local',
          subject: undefined,
          createdNs: services.nowNs(),
          lastLoginNs: undefined,
        }
        access.store.users.put(user)
        access.store.users.setPasswordHash(user.id, hash)
        return user
      },
    }),
    route({
      method: 'PATCH',
      path: '/users/:id',
      needs: 'admin',
      summary: 'Change a user. Who is disabled or gets a new password is logged out everywhere.',
      params: userId,
      body: record({
        role: Type.Optional(roleShape()),
        disabled: Type.Optional(Type.Boolean()),
        displayName: Type.Optional(DISPLAY_NAME),
        password: Type.Optional(secretText(LONGEST_PASSWORD, 'A new one.')),
      }),
      answer: userShape,
      audit: { action: 'user.change', target: ({ access, params }) => nameOf(access, params.id) },
      handler: ({ access, params, body }) => change(access, found(access, params.id), body),
    }),
    route({
      method: 'DELETE',
      path: '/users/:id',
      needs: 'admin',
      summary: 'Take a user away, with sessions and tokens. What they did stays in the audit log.',
      params: userId,
      audit: { action: 'user.remove', target: ({ access, params }) => nameOf(access, params.id) },
      handler: ({ access, params }) => {
        const user = found(access, params.id)
        refuseWithoutAdmin(access.store, user)
        access.sessions.endAllOf(user.id)
        for (const token of access.store.tokens.list(user.id)) access.store.tokens.remove(token.id)
        access.store.users.remove(user.id)
      },
    }),
  ],
})

interface Change {
  readonly role?: User['role']
  readonly disabled?: boolean
  readonly displayName?: string
  readonly password?: string
}

async function change(access: Access, { id: userId, name, origin }: User, { password, ...facts }: Change): Promise<User> {
  const { users: store } = access.store
  if (password !== undefined && origin !== 'local') throw new AppError('USER_NOT_LOCAL', { name, origin })
  const hash = password === undefined ? undefined : await access.logins.hashOfNew(password, name)
  // Read anew: others may have changed it, or another admin, meanwhile.
  const user = found(access, userId)
  const changed: User = { ...user, ...facts }
  if (changed.disabled || changed.role !== 'admin') refuseWithoutAdmin(access.store, user)
  store.put(changed)
  if (hash !== undefined) store.setPasswordHash(userId, hash)
  if (changed.disabled || hash !== undefined) access.sessions.endAllOf(userId)
  return changed
}

function found({ store }: Access, userId: string): User {
  const user = store.users.get(userId)
  if (user === undefined) throw new AppError('API_NOT_THERE', { what: 'user', id: userId })
  return user
}

const nameOf = ({ store }: Access, userId: string): string => store.users.get(userId)?.name ?? userId
