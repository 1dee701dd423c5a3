import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Role } from '../../store/access-store.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { PageHeader } from '../components/page-header.tsx'
import { useMay, useSession } from './session-context.ts'

export interface PageFrameProps {
  readonly title: string
  readonly permission: Role
  readonly children: ReactNode
}

/** A page, where the person may see it; else why not, and who could change that. */
export function PageFrame({ title, permission, children }: PageFrameProps) {
  const may = useMay(permission)
  const { role } = useSession()
  if (may) return children
  return (
    <>
      <PageHeader title={title} />
      <EmptyState icon={Lock} title={`${title} is for the role ${permission} and above`}>
        You are here as {role}. An admin can change your role under Settings.
      </EmptyState>
    </>
  )
}
