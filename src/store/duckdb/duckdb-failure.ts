/** What DuckDB's errors mean. They come as texts alone; those of 1.5 are known here. */
import { dirname } from 'node:path'
import { AppError } from '../../lib/app-error.ts'

const FULL = /no space left on device|could not write all bytes|could not preallocate|ENOSPC|disk is full/i
const IN_USE = /could not set lock on file|conflicting lock/i
const NEWER = /database file with version number|can only read version|newer version of DuckDB|storage version/i
const FORBIDDEN =
  /permission denied|read-only file system|no such file or directory|is a directory|not a directory|operation not permitted/i
const NO_MEMORY = /out of memory|could not allocate/i
const DAMAGED = /corrupt|checksum|not a valid DuckDB database|replaying WAL/i
const FATAL = /FATAL Error|database has been invalidated|must be restarted/i

/** The AppError that an error stands for; the error itself where it is a defect of ours. */
export function duckdbFailure(path: string, error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const reason = error.message
  const folder = dirname(path)
  if (FULL.test(reason)) return new AppError('STORE_FULL', { what: path, folder, reason }, { cause: error })
  if (IN_USE.test(reason)) return new AppError('STORE_IN_USE', { folder }, { cause: error })
  if (NEWER.test(reason)) return new AppError('STORE_NEWER', { path, found: reason, known: 'older ones' }, { cause: error })
  if (FORBIDDEN.test(reason)) return new AppError('STORE_UNOPENED', { folder, reason }, { cause: error })
  if (NO_MEMORY.test(reason)) return new AppError('STORE_QUESTION', { reason }, { cause: error })
  if (DAMAGED.test(reason)) return new AppError('STORE_DAMAGED', { path, reason }, { cause: error })
  return error
}

/** Of an error at opening: the file itself is at fault, not what is around it. It is only put aside then, so a doubt counts as damage. */
export function isDamage(error: unknown): boolean {
  if (error instanceof AppError) return false
  const failure = duckdbFailure('', error)
  return !(failure instanceof AppError) || failure.code === 'STORE_DAMAGED'
}

/** The engine takes nothing more until the file is opened again. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && FATAL.test(error.message)
}
