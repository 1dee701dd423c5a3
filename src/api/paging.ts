/** Pages of lists. */
import Type from 'typebox'
import type { PageRequest } from '../store/page.ts'

const DEFAULT_LIMIT = 100
const MOST = 500
const LONGEST_CURSOR = 1000

/** For the query of a route. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, description: `At most so many. Default: ${DEFAULT_LIMIT}.` })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_CURSOR, description: '`next` of the page before.' })),
}

export function pageRequest({ limit, cursor }: { readonly limit?: number; readonly cursor?: string }): PageRequest {
  return { limit: limit ?? DEFAULT_LIMIT, cursor }
}
