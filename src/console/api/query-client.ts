/** What is known of the server's answers, and when they are asked for anew. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ProblemError } from './problem.ts'

/** `onLoggedOut`: an answer was 401, so nobody is logged in any more. */
export function createQueryClient(onLoggedOut: () => void): QueryClient {
  const isLoggedOut = (error: unknown): boolean => error instanceof ProblemError && error.problem.status === 401
  return new QueryClient({
    queryCache: new QueryCache({
      // Who asks for the session without having had one is the router: it knows the way to the login page.
      onError: (error, query) => {
        if (isLoggedOut(error) && (query.queryKey[0] !== 'session' || query.state.data !== undefined)) onLoggedOut()
      },
    }),
    mutationCache: new MutationCache({
      // A wrong password is a 401, too.
      onError: (error) => {
        if (isLoggedOut(error)) onLoggedOut()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        retry: shouldRetry,
        retryDelay: (tries) => 500 * 2 ** tries,
      },
    },
  })
}

/** Once more where the server was not there; what it refused, it would refuse again. */
const shouldRetry = (failures: number, error: unknown): boolean =>
  failures < 2 && error instanceof ProblemError && (error.problem.status === 0 || error.problem.status >= 502)
