/** How an output says to a server who it is: a token in a header, or a name and a password. */
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import type { Log } from '../../lib/log.ts'
import { openSecret, type Secret, secretSettings } from '../delivery/secret.ts'

export function authSettings() {
  return {
    ...secretSettings('token', 'the token for the header Authorization (Bearer TOKEN), or for tokenHeader.'),
    tokenHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
      .optional()
      .describe('Header that carries the bare token, such as api-key. Default: Authorization, with Bearer before it.'),
    user: z
      .string()
      .regex(/^[\x20-\x39\x3b-\x7e]+$/, 'must be a name without colon')
      .optional()
      .describe('Name for basic authentication, with passwordFile or passwordEnv.'),
    ...secretSettings('password', 'the password of user.'),
  }
}
export type AuthConfig = z.infer<z.ZodObject<ReturnType<typeof authSettings>>>

export interface Auth {
  readonly headers: () => Readonly<Record<string, string>>
  readonly secrets: readonly (Secret | undefined)[]
}

export interface AuthOptions {
  readonly output: string
  readonly log: Log
  /** Before the token in the header Authorization. Default: Bearer. */
  readonly scheme?: string
}

/** Throws AppError OUTPUT_SETTING when a secret is named that is not there, or only half of what belongs together. */
export function openAuth(config: AuthConfig, { output, log, scheme = 'Bearer' }: AuthOptions): Auth {
  const token = openSecret({ output, name: 'token', file: config.tokenFile, env: config.tokenEnv }, log)
  const password = openSecret({ output, name: 'password', file: config.passwordFile, env: config.passwordEnv }, log)
  const { user, tokenHeader } = config
  if ((user === undefined) !== (password === undefined)) {
    throw new AppError('OUTPUT_SETTING', { output, problem: 'user and its password (passwordFile or passwordEnv) belong together' })
  }
  if (token !== undefined && password !== undefined && tokenHeader === undefined) {
    throw new AppError('OUTPUT_SETTING', { output, problem: 'a token and a password do not fit into one header' })
  }
  const headers = (): Record<string, string> => ({
    ...(password !== undefined && { authorization: `Basic ${Buffer.from(`${user}:${password.value()}`).toString('base64')}` }),
    ...(token !== undefined &&
      (tokenHeader === undefined ? { authorization: `${scheme} ${token.value()}` } : { [tokenHeader]: token.value() })),
  })
  return { headers, secrets: [token, password] }
}
