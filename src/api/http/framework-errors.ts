/** What fastify and node refuse by themselves, in our codes. */
import { AppError, type ErrorCode } from '../../lib/app-error.ts'

const CODE_OF: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'API_UNREADABLE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'API_UNREADABLE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'API_UNREADABLE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'API_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'API_MEDIA_TYPE',
  FST_ERR_BAD_URL: 'API_NO_PATH',
  FST_ERR_MAX_PARAM_LENGTH: 'API_NO_PATH',
  ECONNRESET: 'API_BAD_REQUEST',
}

/** The error itself where it is neither. */
export function knownError(error: unknown, url: string): unknown {
  if (error instanceof AppError) return error
  const code = CODE_OF[(error as { readonly code?: string }).code ?? '']
  if (code === undefined) return error
  return new AppError(code, code === 'API_NO_PATH' ? { path: pathOf(url) } : {}, { cause: error })
}

const MOST_SHOWN = 200

/** Of a request, without its query, and short. */
export const pathOf = (url: string): string => (url.split('?', 1)[0] ?? '').slice(0, MOST_SHOWN)
