/** Which HTTP status says what a code says. Codes that stand in neither table are nothing an outsider should hear of. */
import type { ErrorCode } from '../lib/app-error.ts'

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  API_INVALID: 400,
  API_UNREADABLE: 400,
  API_BAD_REQUEST: 400,
  CURSOR_INVALID: 400,
  STEP_TOO_SHORT: 400,
  API_NOT_LOGGED_IN: 401,
  LOGIN_FAILED: 401,
  API_FORBIDDEN: 403,
  API_SESSION_ONLY: 403,
  API_CSRF: 403,
  API_FOREIGN_ORIGIN: 403,
  SETUP_SECRET: 403,
  PASSWORD_WRONG: 403,
  TOKEN_ROLE: 403,
  API_NO_PATH: 404,
  API_NOT_THERE: 404,
  ACTION_UNKNOWN: 404,
  RULES_UNKNOWN: 404,
  API_METHOD: 405,
  API_TIMEOUT: 408,
  STORE_NAME_TAKEN: 409,
  STORE_FOLDER_NOT_EMPTY: 409,
  USER_LAST_ADMIN: 409,
  USER_NOT_LOCAL: 409,
  TOKENS_TOO_MANY: 409,
  API_BUSY: 409,
  RESPONSE_OVER: 409,
  API_TOO_LARGE: 413,
  API_MEDIA_TYPE: 415,
  API_HOST: 421,
  FILTER_INVALID: 422,
  CONDITION_INVALID: 422,
  RULE_EXCEPTION_EXISTS: 409,
  RULE_ELSEWHERE: 409,
  RULE_NOT_LOCAL: 409,
  BACKTESTS_FULL: 409,
  RULES_REFUSED: 422,
  PASSWORD_WEAK: 422,
  STORE_RETENTION: 422,
  ACTION_SETTING: 422,
  API_RATE: 429,
  LOGIN_LOCKED: 429,
  API_HEADERS_TOO_LARGE: 431,
  API_BUG: 500,
  LOGIN_BUSY: 503,
  RESPONSE_NO_AGENT: 503,
  RESPONSE_TOO_MANY: 503,
  RULE_TRY_BUSY: 503,
  API_STREAMS_FULL: 503,
  STORE_FULL: 507,
}

/** The first word of a code decides where the code itself does not. */
const STATUS_BY_PREFIX: Readonly<Record<string, number>> = { RULE: 422, OIDC: 400 }

export function statusOf(code: ErrorCode): number | undefined {
  return STATUS[code] ?? STATUS_BY_PREFIX[code.slice(0, code.indexOf('_'))]
}
