import { useRouter } from '@tanstack/react-router'
import { ArrowLeft, Compass, House } from 'lucide-react'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { PageHeader } from '../components/page-header.tsx'

/** An address that no page has. */
export function NotFound() {
  const router = useRouter()
  return (
    <>
      <PageHeader title="No such page" />
      <EmptyState
        icon={Compass}
        title="Nothing lives at this address"
        actions={
          <>
            <Button icon={ArrowLeft} onClick={() => router.history.back()}>
              Back
            </Button>
            <Button icon={House} look="primary" onClick={() => router.history.push('/')}>
              Go to Now
            </Button>
          </>
        }
      >
        The link may be of another version, or have lost its end. What is kept here can be found with the search.
      </EmptyState>
    </>
  )
}
