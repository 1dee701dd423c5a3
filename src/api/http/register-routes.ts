/** Puts the routes of the resources into the server: guard, validation, handler, audit, answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../lib/app-error.ts'
import { auditDetail } from '../access/audit.ts'
import { clientOf } from '../access/client.ts'
import type { Identity } from '../access/identity.ts'
import { type Call, isMedia, type Route, type Surroundings } from '../route.ts'
import { admit, dropUselessCookie } from './guard.ts'
import { type RawQuery, typedQuery } from './query-values.ts'
import { createValidator } from './validator.ts'

const PREFIX = '/api'
const DEFAULT_BODY_BYTES = 64 * 1024
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export function registerRoutes(app: FastifyInstance, surroundings: Surroundings): void {
  const routes = surroundings.resources.flatMap((resource) => resource.routes)
  for (const route of routes) register(app, route, surroundings)
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) refuseOtherMethods(app, path, ofPath)
}

function register(app: FastifyInstance, route: Route, surroundings: Surroundings): void {
  const { access } = surroundings
  const identities = new WeakMap<FastifyRequest, Identity>()
  const read = createReader(route)
  app.route({
    method: route.method,
    url: `${PREFIX}${route.path}`,
    bodyLimit: route.bodyBytes ?? DEFAULT_BODY_BYTES,
    onRequest: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      try {
        const who = admit(route, access, request)
        if (who !== undefined) identities.set(request, who)
        else dropUselessCookie(access, request, reply, who)
      } catch (error) {
        if (error instanceof AppError && error.code === 'API_NOT_LOGGED_IN') dropUselessCookie(access, request, reply, undefined)
        throw error
      }
    },
    handler: async (request, reply) => {
      const who = identities.get(request)
      const call = { ...surroundings, ...read(request), who, client: clientOf(request.raw), request, reply } as Call
      return answer(route, call, await run(route, call))
    },
  })
}

/** Takes the request apart, by the schemas. */
function createReader({ params, query, body }: Route): (request: FastifyRequest) => Pick<Call, 'params' | 'query' | 'body'> {
  const checkParams = params && createValidator(params, 'path')
  const checkQuery = query && createValidator(query, 'query')
  const checkBody = body && createValidator(body, 'body')
  return (request) => {
    const raw = request.query as RawQuery
    const typed = query === undefined ? {} : typedQuery(query, raw)
    const foreign = query === undefined ? Object.keys(raw)[0] : undefined
    if (foreign !== undefined) throw new AppError('API_INVALID', { place: 'query', problem: `takes no ${foreign.slice(0, 100)}` })
    if (body === undefined && request.body != null) throw new AppError('API_INVALID', { place: 'body', problem: 'none is wanted' })
    checkParams?.(request.params)
    checkQuery?.(typed)
    checkBody?.(request.body)
    return { params: request.params, query: typed, body: request.body }
  }
}

/** What was done and what was tried in vain: both land in the audit log. */
async function run(route: Route, call: Call): Promise<unknown> {
  const { audit } = route
  if (audit === undefined || 'because' in audit) return route.handler(call)
  // Before: afterwards it may be gone.
  const target = audit.target(call)
  const tell = (outcome: Readonly<Record<string, unknown>>): void => {
    if (call.who === undefined) return
    const detail = { ...auditDetail(route.body, call.body), ...outcome }
    call.access.audit.byIdentity(call.who, call.client, { action: audit.action, target, detail })
  }
  const result = await Promise.resolve(route.handler(call)).catch((error: unknown) => {
    tell({ failed: error instanceof AppError ? error.code : 'API_BUG' })
    throw error
  })
  tell({})
  return result
}

function answer(route: Route, { reply }: Call, result: unknown): FastifyReply {
  if (route.answer !== undefined && isMedia(route.answer)) return reply
  if (route.answer === undefined) return reply.code(204).send()
  // Written as it is: a serialiser by schema would leave out in silence what a schema forgot.
  return reply
    .code(route.status ?? 200)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(result))
}

function refuseOtherMethods(app: FastifyInstance, path: string, routes: readonly Route[]): void {
  const taken = routes.map((route) => route.method)
  const allowed = taken.join(', ')
  app.route({
    method: METHODS.filter((method) => !taken.some((one) => one === method)),
    url: `${PREFIX}${path}`,
    onRequest: async (request, reply) => {
      reply.header('allow', allowed).header('cache-control', 'no-store')
      throw new AppError('API_METHOD', { path: request.url.split('?')[0]?.slice(0, 200), method: request.method, allowed })
    },
    handler: () => undefined,
  })
}
