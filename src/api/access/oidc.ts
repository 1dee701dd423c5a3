/** Login by an OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 9700). */
import * as openid from 'openid-client'
import { AppError } from '../../lib/app-error.ts'
import { isLoopback } from '../../lib/listen-address.ts'
import type { Log } from '../../lib/log.ts'
import type { OidcSettings } from '../settings/oidc-settings.ts'
import { createBoundedFetch } from './bounded-fetch.ts'
import { roleOfClaims } from './oidc-role.ts'
import type { OidcPerson } from './oidc-user.ts'
import { createSignedTexts } from './signed-text.ts'

export interface OidcProviders {
  readonly list: () => readonly { readonly id: string; readonly label: string }[]
  /** Where to send the browser, and what its cookie keeps until it comes back. Throws AppError OIDC_UNKNOWN, OIDC_UNREACHABLE. */
  readonly begin: (id: string, origin: string, returnTo: string) => Promise<{ readonly url: string; readonly kept: string }>
  /** Who it is that came back. `url` is that of the request. Throws AppError OIDC_UNKNOWN, OIDC_STALE, OIDC_REFUSED, OIDC_NO_ROLE, OIDC_UNREACHABLE. */
  readonly finish: (id: string, url: URL, kept: string | undefined) => Promise<{ readonly person: OidcPerson; readonly returnTo: string }>
}

export interface OidcOptions {
  readonly providers: readonly OidcSettings[]
  readonly log: Log
  readonly nowNs: () => number
}

/** What the browser keeps meanwhile. */
interface Kept {
  readonly id: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly redirectUri: string
  readonly returnTo: string
  readonly untilNs: number
}

export const OIDC_MINUTES = 10
const TIMEOUT_SECONDS = 10
const boundedFetch = createBoundedFetch(2 ** 20) as openid.CustomFetch

export function createOidc({ providers, log, nowNs }: OidcOptions): OidcProviders {
  const texts = createSignedTexts()
  const configurations = new Map<string, Promise<openid.Configuration>>()

  const settingsOf = (id: string): OidcSettings => {
    const found = providers.find((provider) => provider.id === id)
    if (found === undefined) throw new AppError('OIDC_UNKNOWN', { id })
    return found
  }

  /** Found when it is first wanted: a provider that is down keeps nobody else out. Anybody may want it, so it is asked for once at a time. */
  function configurationOf(settings: OidcSettings): Promise<openid.Configuration> {
    const known = configurations.get(settings.id)
    if (known !== undefined) return known
    const found = discover(settings).catch((error: unknown) => {
      configurations.delete(settings.id)
      log.warning('an OpenID provider cannot be used', { issuer: settings.issuer, reason: (error as Error).message })
      throw new AppError('OIDC_UNREACHABLE', { label: settings.label }, { cause: error })
    })
    configurations.set(settings.id, found)
    return found
  }

  async function begin(id: string, origin: string, returnTo: string): Promise<{ url: string; kept: string }> {
    const settings = settingsOf(id)
    const configuration = await configurationOf(settings)
    const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()]
    const redirectUri = `${origin}/api/session/oidc/${encodeURIComponent(id)}/callback`
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: settings.scopes.join(' '),
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    const kept: Kept = { id, state, nonce, verifier, redirectUri, returnTo, untilNs: nowNs() + OIDC_MINUTES * 60e9 }
    return { url: url.href, kept: texts.sign(JSON.stringify(kept)) }
  }

  async function finish(id: string, url: URL, text: string | undefined): Promise<{ person: OidcPerson; returnTo: string }> {
    const settings = settingsOf(id)
    const opened = text === undefined ? undefined : texts.open(text)
    const kept = opened === undefined ? undefined : (JSON.parse(opened) as Kept)
    const now = nowNs()
    if (kept === undefined || kept.id !== id || now >= kept.untilNs || kept.untilNs > now + OIDC_MINUTES * 60e9 + 300e9) {
      throw new AppError('OIDC_STALE')
    }
    const claims = await claimsOf(await configurationOf(settings), settings, { url, kept }).catch((error: unknown) => {
      if (error instanceof AppError) throw error
      log.warning('a login by OpenID failed', { issuer: settings.issuer, reason: (error as Error).message })
      throw new AppError('OIDC_REFUSED', { label: settings.label }, { cause: error })
    })
    const role = roleOfClaims(claims, settings)
    if (role === undefined) throw new AppError('OIDC_NO_ROLE', { label: settings.label })
    return { person: { ...personOf(claims), issuer: settings.issuer, role }, returnTo: kept.returnTo }
  }

  return Object.freeze({ list: () => providers.map(({ id, label }) => ({ id, label })), begin, finish })
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<openid.Configuration> {
  const url = new URL(issuer)
  const isLocal = url.protocol === 'http:' && isLoopback(url.hostname)
  return openid.discovery(url, clientId, clientSecret, clientSecret === undefined ? openid.None() : undefined, {
    timeout: TIMEOUT_SECONDS,
    [openid.customFetch]: boundedFetch,
    ...(isLocal ? { execute: [openid.allowInsecureRequests] } : {}),
  })
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

/** Those of the ID token; what it lacks is asked of the provider, which must mean the same subject. */
async function claimsOf(configuration: openid.Configuration, { roleClaim }: OidcSettings, back: { url: URL; kept: Kept }): Promise<Claims> {
  const { state, nonce, verifier, redirectUri } = back.kept
  // What the browser was told to call, not what it says it called: a proxy may have changed the scheme.
  const called = new URL(redirectUri)
  called.search = back.url.search
  const tokens = await openid.authorizationCodeGrant(configuration, called, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined) throw new Error('the provider gave no ID token')
  if (Object.hasOwn(claims, roleClaim) || configuration.serverMetadata().userinfo_endpoint === undefined) return claims
  const more = await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub)
  return { ...more, ...claims }
}

function personOf(claims: Claims): Pick<OidcPerson, 'subject' | 'wishedName' | 'displayName'> {
  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return { subject: claims.sub, wishedName: text('preferred_username') ?? text('email'), displayName: text('name') }
}
