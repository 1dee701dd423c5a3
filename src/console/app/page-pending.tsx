import { Skeleton } from '../components/skeleton.tsx'

/** While the chunk of a page is on its way: the place of its head. */
export function PagePending() {
  return (
    <div role="status" aria-label="Loading the page">
      <Skeleton width="180px" height="26px" />
    </div>
  )
}
