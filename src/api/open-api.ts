/** The server that people and programs talk to: the API below /api, the console beside it. */
import cookie from '@fastify/cookie'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError } from '../lib/app-error.ts'
import { formatListenAddress, isLoopback, type ListenAddress } from '../lib/listen-address.ts'
import type { Log } from '../lib/log.ts'
import { createAccess } from './access/access.ts'
import { createOidc } from './access/oidc.ts'
import { renewSetUpSecret } from './access/set-up.ts'
import { answerClientErrors } from './http/client-errors.ts'
import { knownError, pathOf } from './http/framework-errors.ts'
import { createHostCheck } from './http/host-check.ts'
import { parseQuery } from './http/query-values.ts'
import { registerRoutes } from './http/register-routes.ts'
import { securityHeaders } from './http/security-headers.ts'
import { createLiveStreams, STREAM_LIMITS } from './live/live-streams.ts'
import { problemOf, sendProblem } from './problem.ts'
import { RESOURCES } from './resources.ts'
import type { Surroundings } from './route.ts'
import type { Services } from './services.ts'
import { consoleAddress } from './settings/console-address.ts'
import { type ApiLimits, DEFAULT_LIMITS } from './settings/limits.ts'
import { DEFAULT_SETTINGS, type ServerSettings } from './settings/server-settings.ts'
import { registerConsole } from './static/console.ts'

export interface ApiOptions {
  readonly services: Services
  readonly listen: ListenAddress
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly settings?: Pick<ServerSettings, 'publicNames' | 'session' | 'oidc'>
  /** Where the console was built: build/console. */
  readonly consoleFolder: string
  /** Below it backups are made. */
  readonly backupFolder: string
  readonly log: Log
  /** For tests. */
  readonly limits?: Partial<ApiLimits>
  readonly uptimeMs?: () => number
}

export interface OpenedApi {
  /** Where people reach it: `http://127.0.0.1:7331`. */
  readonly address: string
  /** Where the first user is set up, good once and for a day; undefined when there is an admin. A secret: for standard error, not for a log. */
  readonly setUpLink: string | undefined
  readonly counts: () => { readonly streams: number; readonly streamsDroppedAsSlow: number }
  readonly close: () => Promise<void>
}

/** Throws AppError API_PUBLIC_NO_TLS, API_PUBLIC_NO_ADMIN, API_LISTEN, API_TLS. */
export async function openApi(options: ApiOptions): Promise<OpenedApi> {
  const { services, listen, tls, settings = DEFAULT_SETTINGS } = options
  const access = services.store.state.access
  const setUpSecret = renewSetUpSecret(access, services.nowNs())
  refuseExposure(listen, tls !== undefined, setUpSecret !== undefined)
  const { app, streams } = createApp(options)
  const closeAll = async (): Promise<void> => {
    streams.close()
    await app.close()
  }
  try {
    await app.listen({ host: listen.host, port: listen.port })
  } catch (error) {
    await closeAll()
    throw new AppError('API_LISTEN', { address: formatListenAddress(listen), reason: (error as Error).message }, { cause: error })
  }
  const address = consoleAddress({
    listen: { host: listen.host, port: portOf(app) },
    isSecure: tls !== undefined,
    publicNames: settings.publicNames,
  })
  const setUpLink = setUpSecret === undefined ? undefined : `${address}/setup#${setUpSecret}`
  return Object.freeze({
    address,
    setUpLink,
    counts: () => ({ streams: streams.counts().open, streamsDroppedAsSlow: streams.counts().droppedAsSlow }),
    close: closeAll,
  })
}

/** Beyond this host nobody may read along, and nobody may be first but who runs it. */
function refuseExposure(listen: ListenAddress, hasTls: boolean, needsSetUp: boolean): void {
  if (isLoopback(listen.host)) return
  const address = formatListenAddress(listen)
  if (!hasTls) throw new AppError('API_PUBLIC_NO_TLS', { address })
  if (needsSetUp) throw new AppError('API_PUBLIC_NO_ADMIN', { address })
}

function portOf(app: FastifyInstance): number {
  const bound = app.server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

function createApp(options: ApiOptions) {
  const {
    services,
    tls,
    log,
    settings = DEFAULT_SETTINGS,
    listen,
    consoleFolder,
    backupFolder,
    uptimeMs = () => performance.now(),
  } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const isSecure = tls !== undefined
  const { nowNs } = services
  const access = createAccess({
    store: services.store.state.access,
    isSecure,
    sessionTimes: settings.session,
    limits,
    nowNs,
    uptimeMs,
  })
  const streamLimits = { ...STREAM_LIMITS, ...limits.streams }
  const streams = createLiveStreams({ hub: services.live, access, version: services.version, limits: streamLimits, log, uptimeMs })
  const oidc = createOidc({ providers: settings.oidc, log, nowNs })
  const surroundings: Surroundings = { services, access, oidc, streams, resources: RESOURCES, backupFolder }
  const app = createServer(tls, limits, log)
  app.register(cookie)
  const answers = createHostCheck([...settings.publicNames, listen.host])
  const headers = securityHeaders(isSecure)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    if (!answers(request.headers.host)) throw new AppError('API_HOST', { host: (request.headers.host ?? '').slice(0, 100) })
  })
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(knownError(error, request.url), log)))
  app.register(async (inner) => {
    registerRoutes(inner, surroundings)
    registerConsole(inner, consoleFolder)
  })
  app.setNotFoundHandler(async (request, reply) => {
    reply.header('cache-control', 'no-store')
    throw new AppError('API_NO_PATH', { path: pathOf(request.url) })
  })
  return { app, streams }
}

function createServer(tls: ApiOptions['tls'], limits: ApiLimits, log: Log): FastifyInstance {
  const options = {
    logger: false,
    forceCloseConnections: true,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: limits.paramLength, querystringParser: parseQuery },
    clientErrorHandler: answerClientErrors(log),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(reply, problemOf(knownError(error, request.url), log)),
  }
  const http = { maxHeaderSize: limits.headerBytes, headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs }
  const app =
    tls === undefined
      ? fastify({ ...options, http })
      : (fastify({ ...options, https: { ...http, ...tls, minVersion: 'TLSv1.2' } }) as unknown as FastifyInstance)
  app.server.maxConnections = limits.connections
  app.removeContentTypeParser('text/plain')
  return app
}
