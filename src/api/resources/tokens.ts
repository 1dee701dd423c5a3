/** Tokens by which programs come in. */
import Type from 'typebox'
import { AppError } from '../../lib/app-error.ts'
import type { ApiToken } from '../../store/access-store.ts'
import type { Identity } from '../access/identity.ts'
import { mayAs } from '../access/roles.ts'
import { defineResource, route } from '../route.ts'
import { roleShape, type ShownToken, tokenShape } from '../shapes/access-shape.ts'
import { id, text } from '../shapes/given-text.ts'
import { listOf, record } from '../shapes/shape.ts'
import { there } from '../there.ts'

const MOST_DAYS = 365

export const tokens = defineResource({
  name: 'tokens',
  doc: 'Tokens by which programs come in: `Authorization: Bearer tsr_…`. A token may what its role may, and never more than its user.',
  routes: [
    route({
      method: 'GET',
      path: '/tokens',
      needs: 'viewer',
      summary: 'Your tokens.',
      query: record({ all: Type.Optional(Type.Boolean({ description: 'true: those of everybody; for admins.' })) }),
      answer: listOf(tokenShape),
      handler: ({ access, who, query }) => {
        if (query.all && who.role !== 'admin') throw new AppError('API_FORBIDDEN', { needs: 'admin', role: who.role })
        return { items: access.store.tokens.list(query.all ? undefined : who.user.id).map(shown) }
      },
    }),
    route({
      method: 'POST',
      path: '/tokens',
      needs: 'viewer',
      sessionOnly: true,
      summary: 'Make a token. The secret is shown this once.',
      body: record({
        name: text(100, 'What it is for.'),
        role: roleShape(),
        expiresDays: Type.Integer({ minimum: 1, maximum: MOST_DAYS, description: 'How long it holds.' }),
      }),
      status: 201,
      answer: record({ token: tokenShape, secret: Type.String() }),
      audit: { action: 'token.add', target: ({ body }) => body.name },
      handler: ({ access, who, body }) => {
        if (!mayAs(who.role, body.role)) throw new AppError('TOKEN_ROLE', { role: who.role })
        const { token, secret } = access.tokens.make(who.user, body)
        return { token: shown(token), secret }
      },
    }),
    route({
      method: 'DELETE',
      path: '/tokens/:id',
      needs: 'viewer',
      summary: 'Take a token away. Admins may take those of others.',
      params: record({ id: id('the token') }),
      audit: { action: 'token.remove', target: ({ params }) => params.id },
      handler: ({ access, who, params }) => {
        const mine = access.store.tokens.list(undefined).find((token) => token.id === params.id && isTheirs(who, token))
        access.store.tokens.remove(there(mine, 'token', params.id).id)
      },
    }),
  ],
})

/** Of others there is none, as far as anybody but an admin can see. */
const isTheirs = (who: Identity, token: ApiToken): boolean => who.role === 'admin' || token.userId === who.user.id

const shown = ({ tokenHash: _, ...token }: ApiToken): ShownToken => token
