import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ErrorState } from '../components/error-state.tsx'

/** A page that could not be shown: its chunk or its session could not be had, or it has a bug. The rest of the console goes on. */
export function LoadFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <ErrorState
      error={error}
      onRetry={() => {
        reset()
        return router.invalidate()
      }}
    />
  )
}
