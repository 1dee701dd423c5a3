/** Says why a command failed, in one form, and which exit code that is. */
import { AppError, type ErrorCode } from '../lib/app-error.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { createStyle, wantsColour } from '../lib/style.ts'
import type { CommandContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { UsageError } from './option.ts'

/** Where the first word would say something else. */
const EXIT_BY_CODE: Readonly<Partial<Record<ErrorCode, ExitCode>>> = {
  RECORDING_EXISTS: EXIT.failed,
  RECORDING_WRITE: EXIT.failed,
  API_PUBLIC_NO_TLS: EXIT.usage,
  API_PUBLIC_NO_ADMIN: EXIT.usage,
}

/** The first word of an error code decides. */
const EXIT_BY_PREFIX: Readonly<Record<string, ExitCode>> = {
  RULE: EXIT.inputErrors,
  RULES: EXIT.inputErrors,
  FILTER: EXIT.inputErrors,
  EVENT: EXIT.inputErrors,
  EVENTS: EXIT.inputErrors,
  RECORDING: EXIT.inputErrors,
  HOST: EXIT.inputErrors,
  FILE: EXIT.inputErrors,
  AUDIT: EXIT.inputErrors,
  SERVER: EXIT.inputErrors,
  OUTPUT: EXIT.usage,
  SENSOR: EXIT.hostCannot,
  BACKUP: EXIT.inputErrors,
}

/** With `--json` one JSON object on standard error. A bug is shown with its stack. */
export function reportError(error: unknown, args: readonly string[], context: CommandContext): ExitCode {
  if (args.includes('--json')) context.stderr(`${safeJson({ error: describe(error) })}\n`)
  else context.stderr(textOf(error, context))
  return exitOf(error)
}

export function exitOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage
  if (error instanceof AppError) return EXIT_BY_CODE[error.code] ?? EXIT_BY_PREFIX[error.code.split('_')[0] ?? ''] ?? EXIT.failed
  return EXIT.failed
}

function describe(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof AppError) return { code: error.code, message: error.message, fix: error.fix, facts: error.facts }
  if (error instanceof UsageError) return { code: 'USAGE', message: error.message, fix: 'See --help.' }
  return { code: systemCode(error) ?? 'BUG', message: String(error), stack: error instanceof Error ? error.stack : undefined }
}

function textOf(error: unknown, { isTty, env }: CommandContext): string {
  const style = createStyle(wantsColour('auto', isTty.stderr, env))
  const head = `${style.red('error:')} `
  if (error instanceof AppError) return `${head}${escapeText(error.message)} ${style.dim(`[${error.code}]`)}\n  ${escapeText(error.fix)}\n`
  if (error instanceof UsageError) return `${head}${escapeText(error.message)}\n(add --help for the options)\n`
  const code = systemCode(error)
  if (code !== undefined) return `${head}${escapeText((error as Error).message)}\n`
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${head}this is a bug in Tarsier, please report it:\n${stack.split('\n').map(escapeText).join('\n')}\n`
}

/** `ENOENT` and the like: the file system's refusal, not a bug. */
function systemCode(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}
