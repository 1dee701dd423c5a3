/** What every request of the API has to pass before its body is read: who is it, is it too much, may they, and was it meant. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../lib/app-error.ts'
import type { Access } from '../access/access.ts'
import { clientOf, neighbourOf } from '../access/client.ts'
import type { Identity } from '../access/identity.ts'
import { mayAs } from '../access/roles.ts'
import { equalSecrets } from '../access/secret.ts'
import type { Route } from '../route.ts'

/** Throws AppError API_RATE, API_NOT_LOGGED_IN, API_FORBIDDEN, API_SESSION_ONLY, API_FOREIGN_ORIGIN, API_CSRF. */
export function admit(route: Route, access: Access, request: FastifyRequest): Identity | undefined {
  const who = access.identify(request)
  const client = clientOf(request.raw)
  const waitMs = who === undefined ? access.takeTurn.anonymous(neighbourOf(client.address)) : access.takeTurn.user(who.user.id)
  if (waitMs > 0) throw new AppError('API_RATE', { seconds: Math.ceil(waitMs / 1000) })
  const changes = route.method !== 'GET'
  if (changes && who?.token === undefined) refuseForeignOrigin(request)
  if (route.needs === 'anyone') return who
  if (who === undefined) throw new AppError('API_NOT_LOGGED_IN')
  if (changes && who.session !== undefined) refuseMissingCsrf(request, who.session.csrfToken)
  if (route.sessionOnly && who.session === undefined) throw new AppError('API_SESSION_ONLY')
  if (!mayAs(who.role, route.needs)) {
    if (changes) access.audit.byIdentity(who, client, { action: 'access.refused', target: `${route.method} ${request.url.slice(0, 200)}` })
    throw new AppError('API_FORBIDDEN', { needs: route.needs, role: who.role })
  }
  return who
}

/** A browser says where a request comes from; what is no browser sends no cookie that it was not given. */
function refuseForeignOrigin({ headers, protocol, host }: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = headers
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (isForeignSite || (origin !== undefined && origin.toLowerCase() !== `${protocol}://${host}`.toLowerCase())) {
    throw new AppError('API_FOREIGN_ORIGIN')
  }
}

function refuseMissingCsrf({ headers }: FastifyRequest, expected: string): void {
  const given = headers['x-csrf-token']
  if (typeof given !== 'string' || !equalSecrets(given, expected)) throw new AppError('API_CSRF')
}

/** A cookie that is of no use any more is taken away. */
export function dropUselessCookie(access: Access, request: FastifyRequest, reply: FastifyReply, who: Identity | undefined): void {
  if (who === undefined && request.headers.authorization === undefined && access.cookies.read(request) !== undefined)
    access.cookies.clear(reply)
}
