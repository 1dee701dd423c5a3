import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, User } from '../../store/access-store.ts'

/** Throws AppError USER_LAST_ADMIN when this is the one that is left: nobody else could let people in. */
export function refuseWithoutAdmin({ users }: Pick<AccessStore, 'users'>, user: User): void {
  const others = users.list().filter((one) => one.id !== user.id && one.role === 'admin' && !one.disabled)
  if (user.role === 'admin' && !user.disabled && others.length === 0) throw new AppError('USER_LAST_ADMIN')
}
