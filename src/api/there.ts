/** What is asked for by name has to be there. */
import { AppError } from '../lib/app-error.ts'

/** Throws AppError API_NOT_THERE. */
export function there<T>(thing: T | undefined, what: string, id: string): T {
  if (thing === undefined) throw new AppError('API_NOT_THERE', { what, id })
  return thing
}
