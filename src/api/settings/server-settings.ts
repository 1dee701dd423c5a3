/** What server.yaml says: where the server listens, how it is called, how long sessions last, and who vouches for people. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { isLoopback, type ListenAddress, parseListenAddress } from '../../lib/listen-address.ts'
import { parseDurationMs } from '../../lib/quantity.ts'
import { readTextFiles } from '../../lib/text-files.ts'
import { ROLES } from '../../store/access-store.ts'
import type { SessionTimes } from '../access/sessions.ts'
import type { OidcSettings } from './oidc-settings.ts'

export interface ServerSettings {
  readonly listen: ListenAddress | undefined
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  /** Names, without ports, under which this server is reached, beside its addresses. */
  readonly publicNames: readonly string[]
  readonly session: SessionTimes
  readonly oidc: readonly OidcSettings[]
}

const HOUR_MS = 3_600_000

export const DEFAULT_SETTINGS: ServerSettings = {
  listen: undefined,
  tls: undefined,
  publicNames: [],
  session: { idleMs: 12 * HOUR_MS, longestMs: 7 * 24 * HOUR_MS },
  oidc: [],
}

const MAX_BYTES = 1024 * 1024
const MAX_SECRET = 4096

const filled = z.string().min(1).max(1000)

const duration = z.string().transform((text, context) => {
  const ms = parseDurationMs(text)
  if (ms !== undefined && ms >= 60_000) return ms
  context.addIssue('must be a time of at least 1m, such as 12h')
  return z.NEVER
})

const address = z.string().transform((text, context) => {
  const found = parseListenAddress(text)
  if (found !== undefined) return found
  context.addIssue('must be an address such as 127.0.0.1:7331')
  return z.NEVER
})

const issuer = z.string().refine(isGoodIssuer, 'must be an https address (http is taken on loopback only)')

const provider = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be letters, digits and dashes'),
  label: filled,
  issuer,
  clientId: filled,
  clientSecretFile: filled.optional(),
  scopes: z.array(filled).max(20).default(['openid', 'profile', 'email']),
  roleClaim: filled.default('groups'),
  roles: z.record(filled, z.enum(ROLES)).default({}),
  defaultRole: z.enum([...ROLES, 'none']).default('viewer'),
})

const form = z.strictObject({
  listen: address.optional(),
  tls: z.strictObject({ cert: filled, key: filled }).optional(),
  publicNames: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,252}$/i, 'must be a name without a port'))
    .max(50)
    .default([]),
  session: z.strictObject({ idle: duration.optional(), longest: duration.optional() }).default({}),
  oidc: z.array(provider).max(20).default([]),
})

/** Those of the file; the defaults when there is none. Paths in it are relative to its folder. Throws AppError SERVER_SETTINGS, FILE_UNREADABLE. */
export function readServerSettings(path: string): ServerSettings {
  if (!existsSync(path)) return DEFAULT_SETTINGS
  const [file] = readTextFiles([path], { extensions: [], maxBytes: MAX_BYTES })
  const parsed = form.safeParse(parseYaml(path, file?.text ?? ''))
  if (!parsed.success) throw new AppError('SERVER_SETTINGS', { path, problem: problemOf(parsed.error) })
  const { listen, tls, publicNames, session, oidc } = parsed.data
  const at = (name: string): string => resolve(dirname(path), name)
  const twice = oidc.find(({ id }, index) => oidc.findIndex((one) => one.id === id) !== index)
  if (twice !== undefined) throw new AppError('SERVER_SETTINGS', { path, problem: `two providers have the id ${twice.id}` })
  return {
    listen,
    tls: tls && { cert: at(tls.cert), key: at(tls.key) },
    publicNames,
    session: {
      ...DEFAULT_SETTINGS.session,
      ...(session.idle && { idleMs: session.idle }),
      ...(session.longest && { longestMs: session.longest }),
    },
    oidc: oidc.map(({ clientSecretFile, defaultRole, ...rest }) => ({
      ...rest,
      clientSecret: clientSecretFile === undefined ? undefined : readSecret(path, at(clientSecretFile)),
      defaultRole: defaultRole === 'none' ? undefined : defaultRole,
    })),
  }
}

function parseYaml(path: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  if (error !== undefined) throw new AppError('SERVER_SETTINGS', { path, problem: error.message.split('\n')[0] })
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (cause) {
    throw new AppError('SERVER_SETTINGS', { path, problem: (cause as Error).message }, { cause })
  }
}

function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues
  const place = issue?.path.join('.') ?? ''
  return place === '' ? (issue?.message ?? '') : `${place}: ${issue?.message}`
}

function readSecret(settings: string, path: string): string {
  let secret: string
  try {
    secret = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new AppError(
      'SERVER_SETTINGS',
      { path: settings, problem: `the secret ${path} cannot be read: ${(cause as Error).message}` },
      { cause },
    )
  }
  if (secret === '' || secret.length > MAX_SECRET) {
    throw new AppError('SERVER_SETTINGS', { path: settings, problem: `${path} holds no secret` })
  }
  return secret
}

function isGoodIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.hash !== '' || url.search !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
}
