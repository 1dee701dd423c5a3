/** The pages that stand in the navigation, those that the person here may see. */
import { mayAs } from '../api/session.ts'
import { PAGES, type PageEntry } from '../pages.ts'
import { useSession } from './session-context.ts'

export type NavigationEntry = PageEntry & Required<Pick<PageEntry, 'navigation'>>

export function useNavigationEntries(): readonly NavigationEntry[] {
  const { role } = useSession()
  return PAGES.filter((page): page is NavigationEntry => page.navigation !== undefined && mayAs(role, page.permission))
}
