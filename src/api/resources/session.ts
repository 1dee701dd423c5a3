/** Coming in, going out, and who one is. */
import Type from 'typebox'
import { AppError } from '../../lib/app-error.ts'
import type { User } from '../../store/access-store.ts'
import { OIDC_MINUTES } from '../access/oidc.ts'
import { userOfPerson } from '../access/oidc-user.ts'
import { LONGEST_PASSWORD } from '../access/password-policy.ts'
import { mayAs } from '../access/roles.ts'
import { type Call, defineResource, type Needs, route } from '../route.ts'
import { sessionAnswerShape } from '../shapes/access-shape.ts'
import { id, perhaps, secretText, text } from '../shapes/given-text.ts'
import { listOf, record } from '../shapes/shape.ts'

const NAME = text(64, 'Of the user.')
const SECRET_LENGTH = 100

export const session = defineResource({
  name: 'session',
  doc: 'A login of a browser. The cookie is HttpOnly and SameSite=Strict; each request that changes something carries the header X-CSRF-Token beside it.',
  routes: [
    route({
      method: 'POST',
      path: '/setup',
      needs: 'anyone',
      summary: 'Make the first admin, or choose a new password, by a link that is good once.',
      doc: 'The server prints the link for the first admin when it starts and there is none; `tarsier users reset NAME` prints one for a user.',
      body: record({
        secret: secretText(SECRET_LENGTH, 'What stands behind the # of the link.'),
        name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$', description: 'Of the user.' }),
        password: secretText(LONGEST_PASSWORD, 'The new one: 12 characters or more.'),
      }),
      status: 201,
      answer: sessionAnswerShape,
      audit: { because: 'the login itself is told, with its outcome' },
      handler: async (call) => begin(call, await call.access.logins.withSecret(call.body, call.client)),
    }),
    route({
      method: 'GET',
      path: '/session/methods',
      needs: 'anyone',
      summary: 'Ways to log in.',
      answer: record({
        password: Type.Boolean(),
        setup: Type.Boolean({ description: 'There is no admin yet: the link that the server printed makes one.' }),
        oidc: listOf(record({ id: Type.String(), label: Type.String() })).properties.items,
      }),
      handler: ({ access, oidc }) => ({ password: true, setup: access.needsSetUp(), oidc: oidc.list() }),
    }),
    route({
      method: 'POST',
      path: '/session',
      needs: 'anyone',
      summary: 'Log in with name and password.',
      body: record({ name: NAME, password: secretText(LONGEST_PASSWORD, 'Of the user.') }),
      answer: sessionAnswerShape,
      audit: { because: 'the login itself is told, with its outcome' },
      handler: async (call) => begin(call, await call.access.logins.withPassword(call.body.name, call.body.password, call.client)),
    }),
    route({
      method: 'GET',
      path: '/session',
      needs: 'viewer',
      summary: 'Who you are and what you may.',
      answer: sessionAnswerShape,
      handler: (call) => sessionAnswer(call, call.who.user, call.who.session?.csrfToken ?? '', call.who.role),
    }),
    route({
      method: 'DELETE',
      path: '/session',
      needs: 'viewer',
      sessionOnly: true,
      summary: 'Log out.',
      audit: { action: 'session.logout', target: ({ who }) => who.user.name },
      handler: ({ access, who, reply }) => {
        if (who.session !== undefined) access.sessions.end(who.session.tokenHash)
        access.cookies.clear(reply)
      },
    }),
    route({
      method: 'PUT',
      path: '/session/password',
      needs: 'viewer',
      sessionOnly: true,
      summary: 'Change your password. All your other sessions end.',
      body: record({ current: secretText(LONGEST_PASSWORD, 'The one that you have.'), next: secretText(LONGEST_PASSWORD, 'The new one.') }),
      audit: { action: 'user.password', target: ({ who }) => who.user.name },
      handler: ({ access, who, client, body }) => {
        if (who.user.origin !== 'local') throw new AppError('USER_NOT_LOCAL', { name: who.user.name, origin: who.user.origin })
        return access.logins.changePassword(who.user, body, { client, tokenHash: who.session?.tokenHash ?? '' })
      },
    }),
    route({
      method: 'GET',
      path: '/session/oidc/:id',
      needs: 'anyone',
      summary: 'Go to an OpenID provider to log in.',
      params: record({ id: id('the provider') }),
      query: record({ next: perhaps(2000, 'Path of the console to come back to.') }),
      answer: { mediaType: 'text/html', doc: 'A redirect to the provider; back to /login?problem=CODE when it cannot be.' },
      handler: (call) => orToLogin(call, () => leaveForProvider(call)),
    }),
    route({
      method: 'GET',
      path: '/session/oidc/:id/callback',
      needs: 'anyone',
      summary: 'Where the provider sends the browser back to.',
      params: record({ id: id('the provider') }),
      query: Type.Object({}, { description: 'As OpenID Connect has it.' }),
      answer: { mediaType: 'text/html', doc: 'A redirect into the console; to /login?problem=CODE when the login failed.' },
      handler: (call) => orToLogin(call, () => comeBack(call)),
    }),
  ],
})

type OidcCall = Call<{ readonly id: string }, { readonly next?: string }, unknown, 'anyone'>

/** A person looks at the answer: what is expected to fail ends on the page for logging in, which says what the code means. */
async function orToLogin({ reply }: OidcCall, work: () => Promise<string>): Promise<void> {
  const place = await work().catch((error: unknown) => {
    if (error instanceof AppError) return `/login?problem=${error.code}`
    throw error
  })
  reply.redirect(place, 303)
}

const KEPT_PATH = '/api/session/oidc/'

const keptCookie = (call: OidcCall) => ({
  name: call.request.protocol === 'https' ? '__Secure-tarsier-oidc' : 'tarsier-oidc',
  // Lax: the provider's page is another site, and its redirect must bring the cookie along.
  options: { path: KEPT_PATH, httpOnly: true, sameSite: 'lax', secure: call.request.protocol === 'https' } as const,
})

async function leaveForProvider(call: OidcCall): Promise<string> {
  const origin = `${call.request.protocol}://${call.request.host}`
  const { url, kept } = await call.oidc.begin(call.params.id, origin, ownPath(call.query.next))
  const { name, options } = keptCookie(call)
  call.reply.setCookie(name, kept, { ...options, maxAge: OIDC_MINUTES * 60 })
  return url
}

async function comeBack(call: OidcCall): Promise<string> {
  const { name, options } = keptCookie(call)
  const kept = call.request.cookies[name]
  call.reply.clearCookie(name, options)
  const { person, returnTo } = await call.oidc
    .finish(call.params.id, new URL(call.request.url, 'http://localhost'), kept)
    .catch((error: unknown) => {
      call.access.audit.byUser(undefined, call.client, {
        action: 'session.login.failed',
        target: `OpenID provider ${call.params.id}`,
        detail: { code: error instanceof AppError ? error.code : 'API_BUG' },
      })
      throw error
    })
  const user = userOfPerson(call.access.store.users, person, call.services.nowNs())
  call.access.audit.byUser(user, call.client, {
    action: 'session.login',
    target: user.name,
    detail: { issuer: person.issuer, role: user.role },
  })
  startSession(call, user)
  return returnTo
}

/** A path of this console and nothing else: `//evil` and `/\evil` are other hosts. */
const ownPath = (next: string | undefined): string => (next !== undefined && /^\/(?![/\\])[^\\\s]*$/.test(next) ? next : '/')

type AnyCall<N extends Needs> = Call<unknown, unknown, unknown, N>

/** A new session in place of the one that the browser may have had: nobody can plant one beforehand. */
function startSession(call: AnyCall<'anyone'>, user: User) {
  if (call.who?.session !== undefined) call.access.sessions.end(call.who.session.tokenHash)
  const { secret, session: begun } = call.access.sessions.begin(user, call.client)
  call.access.cookies.set(call.reply, secret)
  return begun
}

function begin(call: AnyCall<'anyone'>, user: User) {
  return sessionAnswer(call, user, startSession(call, user).csrfToken, user.role)
}

function sessionAnswer({ services, resources }: Pick<Call, 'services' | 'resources'>, user: User, csrfToken: string, role: User['role']) {
  const routes = resources.flatMap((resource) => resource.routes)
  const permissions = routes.filter(({ needs }) => needs === 'anyone' || mayAs(role, needs)).map(({ method, path }) => `${method} ${path}`)
  return { user, csrfToken, role, permissions, version: services.version }
}
