/** Logging in, and where it leads. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ProblemError } from '../../api/problem.ts'
import { logIn, loginMethodsQuery, sessionQuery } from '../../api/session.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'

/** Only a path of this console: a link may not send people, fresh from their password, to another's page. */
export function wantedPath(search: Search): string {
  const to = oneOf(search, 'to') ?? '/'
  const base = 'https://console.invalid'
  const url = URL.canParse(to, base) ? new URL(to, base) : undefined
  return to.startsWith('/') && url?.origin === base && url.pathname !== '/login' ? `${url.pathname}${url.search}` : '/'
}

const OF_PROVIDERS: Readonly<Record<string, readonly [detail: string, fix: string]>> = {
  OIDC_UNREACHABLE: ['The provider cannot be reached.', 'Try again later; the log of the server says why.'],
  OIDC_STALE: ['This login was begun elsewhere, or too long ago.', 'Begin it again.'],
  OIDC_REFUSED: ['The provider did not confirm who you are.', 'Try again; the log of the server says why.'],
  OIDC_NO_ROLE: ['What the provider says of you gives you no role here.', 'Ask an admin.'],
  OIDC_DISABLED: ['You may not come in any more.', 'Ask an admin.'],
}

/** Why a login by a provider failed: the server sends the browser back here with a code. Other codes are nobody's words but the address's. */
function problemOfProvider(search: Search): ProblemError | undefined {
  const code = oneOf(search, 'problem')
  if (code === undefined) return undefined
  const known = Object.hasOwn(OF_PROVIDERS, code) ? OF_PROVIDERS[code] : undefined
  const [detail, fix] = known ?? ['The login did not succeed.', 'Try again; the log of the server says why.']
  return new ProblemError({
    status: 401,
    code: known === undefined ? 'LOGIN_FAILED' : code,
    title: 'Login failed',
    detail,
    fix,
    diagnostics: [],
  })
}

export function useLogin() {
  const client = useQueryClient()
  const router = useRouter()
  const [wanted] = useUrlState(wantedPath)
  const [problem] = useUrlState(problemOfProvider)
  const methods = useQuery(loginMethodsQuery)
  const login = useMutation({
    mutationFn: ({ name, password }: { readonly name: string; readonly password: string }) => logIn(name, password),
    onSuccess: (session) => {
      client.clear()
      client.setQueryData(sessionQuery.queryKey, session)
      router.history.push(wanted)
    },
  })
  return { methods, login, wanted, problem }
}
