/** What SQLite's errors mean for whoever runs the store. */
import { dirname } from 'node:path'
import { AppError } from '../../lib/app-error.ts'

/** Primary result codes, and the extended one of a full disk beneath the shared memory; sqlite.org/rescode.html. */
const PERMISSION = 3
const BUSY = 5
const READONLY = 8
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26
const SHARED_MEMORY_SIZE = 4874

/** The AppError that an error stands for; the error itself where it is none of those, which is then a defect of ours. */
export function sqliteFailure(path: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const reason = (error as Error).message
  const folder = dirname(path)
  if (code === SHARED_MEMORY_SIZE) return new AppError('STORE_FULL', { what: path, folder, reason }, { cause: error })
  switch (code & 0xff) {
    case FULL:
      return new AppError('STORE_FULL', { what: path, folder, reason }, { cause: error })
    case CORRUPT:
    case NOT_A_DATABASE:
      return new AppError('STORE_DAMAGED', { path, reason }, { cause: error })
    case BUSY:
      return new AppError('STORE_IN_USE', { folder }, { cause: error })
    case PERMISSION:
    case READONLY:
    case CANNOT_OPEN:
      return new AppError('STORE_UNOPENED', { folder, reason }, { cause: error })
    default:
      return error
  }
}

/** Result code of SQLite, extended where it says more; of the file system's errors that of a disk that is full. */
function codeOf(error: unknown): number | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return errcode
  if (code === 'ENOSPC') return FULL
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT' || code === 'ENOTDIR' ? CANNOT_OPEN : undefined
}
