/** The addresses of the console, made from pages.ts: before the shell (login, set-up), and inside it. */
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { ProblemError } from '../api/problem.ts'
import { sessionQuery } from '../api/session.ts'
import { PAGES, type PageEntry } from '../pages.ts'
import { LoadFailed } from './load-failed.tsx'
import { NotFound } from './not-found.tsx'
import { PageFrame } from './page-frame.tsx'
import { PagePending } from './page-pending.tsx'
import { Shell } from './shell.tsx'
import { Toasts } from './toasts-view.tsx'
import { parseSearch, stringifySearch } from './url-state.ts'

interface RouterContext {
  readonly client: QueryClient
}

const root = createRootRouteWithContext<RouterContext>()({
  component: () => (
    <>
      <Outlet />
      <Toasts />
    </>
  ),
})

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: lazyRouteComponent(() => import('../pages/login/login.tsx'), 'Login'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/setup/setup.tsx'), 'Setup'),
})

/** Everything in here takes a session; without one the login page comes, and leads back to what was wanted. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  errorComponent: LoadFailed,
  beforeLoad: async ({ context, location }) => {
    try {
      return { session: await context.client.ensureQueryData(sessionQuery) }
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error
      const wanted = location.href === '/' ? undefined : location.href
      throw redirect({ to: '/login', search: (wanted === undefined ? {} : { to: wanted }) as never })
    }
  },
})

const pageRoute = (page: PageEntry) =>
  createRoute({
    getParentRoute: () => shell,
    path: page.path,
    component: lazyRouteComponent(async () => {
      const Page = await page.load()
      return {
        default: () => (
          <PageFrame title={page.title} permission={page.permission}>
            <Page />
          </PageFrame>
        ),
      }
    }),
  })

/** Every other address: inside the shell, so that the way on is there. */
const unknown = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound })

export function createConsoleRouter(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([login, setup, shell.addChildren([...PAGES.map(pageRoute), unknown])]),
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: LoadFailed,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: PagePending,
    scrollRestoration: true,
    scrollToTopSelectors: ['#page'],
  })
}
