/** The form of a resource: what each route takes and gives, who may use it, and what it does. Everything about it is made from this. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TObject, TSchema } from 'typebox'
import type { Role } from '../store/access-store.ts'
import type { Access } from './access/access.ts'
import type { Client } from './access/client.ts'
import type { Identity } from './access/identity.ts'
import type { OidcProviders } from './access/oidc.ts'
import type { LiveStreams } from './live/live-streams.ts'
import type { Services } from './services.ts'
import type { Given } from './shapes/shape.ts'

export type Needs = Role | 'anyone'
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What handlers are given beside their request. */
export interface Surroundings {
  readonly services: Services
  readonly access: Access
  readonly oidc: OidcProviders
  readonly streams: LiveStreams
  readonly resources: readonly Resource[]
  /** Below it backups are made. */
  readonly backupFolder: string
}

export interface Call<P = unknown, Q = unknown, B = unknown, N extends Needs = Needs> extends Surroundings {
  readonly params: P
  readonly query: Q
  readonly body: B
  /** Routes for anyone may be called by nobody. */
  readonly who: N extends 'anyone' ? Identity | undefined : Identity
  readonly client: Client
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** The answer is no JSON: the handler writes it itself. */
export interface MediaAnswer {
  readonly mediaType: string
  readonly doc: string
}

/** What the audit log says of a call. The detail is the body without what is `writeOnly` in its schema. */
export interface AuditRule<C> {
  /** `rule.exception.add`. */
  readonly action: string
  readonly target: (call: C) => string
}

/** Why a route that changes something is not written to the audit log by itself. */
export interface NoAudit {
  readonly because: string
}

interface RouteFacts<P extends TObject, Q extends TObject, B extends TObject, N extends Needs> {
  /** Below /api; `:name` stands for a parameter. */
  readonly path: string
  /** The least role, or `anyone`: also who has not logged in. */
  readonly needs: N
  readonly summary: string
  readonly doc?: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** Default: 64 KiB. */
  readonly bodyBytes?: number
  /** API tokens may not, whatever their role. */
  readonly sessionOnly?: true
}

interface Answering<P extends TObject, Q extends TObject, B extends TObject, N extends Needs, A extends TSchema> {
  /** Default: 200, or 204 where there is no answer. */
  readonly status?: 200 | 201 | 202
  /** Absent: nothing is said. */
  readonly answer?: A | MediaAnswer
  readonly handler: (
    call: Call<Static<P>, Static<Q>, Static<B>, N>,
  ) => TSchema extends A ? void | Promise<void> : Given<Static<A>> | Promise<Given<Static<A>>>
}

/** A route that changes nothing. */
type Reading = { readonly method: 'GET' }
/** One that does says what the audit log is told, or why nothing. */
type Changing<C> = { readonly method: Exclude<Method, 'GET'>; readonly audit: AuditRule<C> | NoAudit }

export type RouteDefinition<P extends TObject, Q extends TObject, B extends TObject, N extends Needs, A extends TSchema> = RouteFacts<
  P,
  Q,
  B,
  N
> &
  Answering<P, Q, B, N, A> &
  (Reading | Changing<Call<Static<P>, Static<Q>, Static<B>, N>>)

/** A route whose types are hidden, so that all fit into one list. */
export interface Route extends RouteFacts<TObject, TObject, TObject, Needs> {
  readonly method: Method
  readonly audit?: AuditRule<Call> | NoAudit
  readonly status?: 200 | 201 | 202
  readonly answer?: TSchema | MediaAnswer
  readonly handler: (call: Call) => unknown
}

export interface Resource {
  /** Plural, as in the paths. */
  readonly name: string
  readonly doc: string
  readonly routes: readonly Route[]
}

/** Holds the handler to the schemas. */
export function route<
  N extends Needs,
  P extends TObject = TObject<Record<never, never>>,
  Q extends TObject = TObject<Record<never, never>>,
  B extends TObject = TObject<Record<never, never>>,
  A extends TSchema = TSchema,
>(definition: RouteDefinition<P, Q, B, N, A>): Route {
  return definition as unknown as Route
}

export function defineResource(resource: Resource): Resource {
  return Object.freeze(resource)
}

export const isMedia = (answer: TSchema | MediaAnswer): answer is MediaAnswer => 'mediaType' in answer
