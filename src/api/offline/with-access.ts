import type { AccessStore } from '../../store/access-store.ts'
import { openAccess } from '../../store/open-access.ts'

/** Throws AppError STORE_UNOPENED, STORE_OLDER, STORE_NEWER, and what the work throws. */
export function withAccess<T>(folder: string, work: (access: AccessStore) => T): T {
  const { access, close } = openAccess(folder)
  try {
    return work(access)
  } finally {
    close()
  }
}
