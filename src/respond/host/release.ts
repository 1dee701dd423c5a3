/** Takes a network rule away. */
import { constants } from 'node:os'
import type { Native } from '../native.ts'
import { errnoName, failed } from './failures.ts'

/** False where it had ended. Throws AppError ACTION_FAILED where it goes on standing. */
export function isReleased(key: string, action: string, { releaseNetwork }: Pick<Native, 'releaseNetwork'>): boolean {
  const errno = releaseNetwork(key)
  if (errno !== 0 && errno !== constants.errno.ENOENT) throw failed(action, `the rule cannot be taken away: ${errnoName(errno)}`)
  return errno === 0
}
