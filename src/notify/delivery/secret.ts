/** Secrets of outputs: tokens, keys, URLs that are as good as one. They come from a file or a variable, never from the command line. */
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import type { Log } from '../../lib/log.ts'

export interface Secret {
  readonly value: () => string
  /** Reads the file anew, so that a token can be changed without a restart; what cannot be read leaves the old one. */
  readonly reload: () => void
}

export interface SecretSource {
  /** For messages: `slack`. */
  readonly output: string
  /** Of the settings: `token` for `tokenFile` and `tokenEnv`. */
  readonly name: string
  readonly file: string | undefined
  readonly env: string | undefined
}

const MAX_BYTES = 64 * 1024

/** The two settings of a secret, to be spread into a schema: `...secretSettings('token', 'The token of the account.')`. */
export function secretSettings<N extends string>(name: N, doc: string) {
  const file = z.string().min(1).optional().describe(`File that holds it, read again on SIGHUP: ${doc}`)
  const env = z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'must be the name of a variable')
    .optional()
    .describe(`Name of the environment variable that holds it, instead of ${name}File: ${doc}`)
  return { [`${name}File`]: file, [`${name}Env`]: env } as { [K in `${N}File`]: typeof file } & { [K in `${N}Env`]: typeof env }
}

/** Undefined where neither a file nor a variable is named. Throws AppError OUTPUT_SETTING when what is named is not there or empty. */
export function openSecret(source: SecretSource, log: Log): Secret | undefined {
  const { file, env, name } = source
  if (file !== undefined && env !== undefined) throw wrong(source, `give either ${name}File or ${name}Env`)
  if (env !== undefined) {
    const value = checked(source, process.env[env] ?? '', `the variable ${env}`)
    return Object.freeze({ value: () => value, reload: () => {} })
  }
  return file === undefined ? undefined : secretFile(source, file, log)
}

/** As openSecret, for outputs that cannot do without. Throws AppError OUTPUT_SETTING. */
export function needSecret(source: SecretSource, log: Log): Secret {
  const secret = openSecret(source, log)
  if (secret === undefined) throw wrong(source, `${source.name}File or ${source.name}Env is missing`)
  return secret
}

function secretFile(source: SecretSource, path: string, log: Log): Secret {
  let value = read(source, path, log)
  const reload = (): void => {
    try {
      value = read(source, path, log)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      log.warning('a secret cannot be read again; the one before stays', { reason: error.message })
    }
  }
  return Object.freeze({ value: () => value, reload })
}

function read(source: SecretSource, path: string, log: Log): string {
  const text = readText(source, path)
  if ((statSync(path).mode & 0o007) !== 0) log.warning('everybody may read a file that holds a secret', { path })
  return checked(source, text, path)
}

function readText(source: SecretSource, path: string): string {
  try {
    const status = statSync(path)
    if (!status.isFile() || status.size > MAX_BYTES) throw new Error(`no file of at most ${MAX_BYTES} bytes`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('OUTPUT_SETTING', { output: source.output, problem: `cannot read ${path}: ${(cause as Error).message}` }, { cause })
  }
}

/** Without blanks around it. What stands in a header holds no control characters. */
function checked(source: SecretSource, text: string, where: string): string {
  const value = text.trim()
  if (value === '') throw wrong(source, `${where} is empty`)
  if (/[^\x20-\x7e]/.test(value)) throw wrong(source, `${where} holds characters that are no part of a secret`)
  return value
}

function wrong({ output }: SecretSource, problem: string): AppError {
  return new AppError('OUTPUT_SETTING', { output, problem })
}

/** A text from a server or a library, without the secrets that it may repeat. */
export function withoutSecrets(text: string, secrets: readonly (Secret | undefined)[]): string {
  return secrets.reduce((rest, secret) => (secret === undefined ? rest : rest.replaceAll(secret.value(), '…')), text)
}
