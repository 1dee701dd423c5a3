/** Where an output over HTTP sends to: from the spec, or as a whole from a file or a variable where the URL is a secret itself. */
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import type { Secret } from '../delivery/secret.ts'
import type { OutputSpec } from '../output-spec.ts'
import { flagSetting } from '../settings.ts'
import { tlsSettings } from '../tls.ts'

const transport = z.enum(['https', 'http']).describe('From the scheme: https, or http where it ends in +http.')
const insecure = flagSetting('Allows http, which everybody on the way can read and change, to other hosts than this one.')
const proxy = flagSetting('Goes through the proxy that the variable HTTPS_PROXY names (for http HTTP_PROXY), but to hosts in NO_PROXY.')

/** Host, port and path, for outputs whose address is no secret. */
export function httpSettings({ host, port }: { readonly host?: string; readonly port?: number } = {}) {
  const name = z.string().regex(/^[A-Za-z0-9._-]+$|^[0-9A-Fa-f:.]+$/, 'must be a name or an address')
  return {
    transport,
    host: (host === undefined ? name : name.default(host)).describe(
      `Name or address of the server.${host === undefined ? '' : ` Default: ${host}.`}`,
    ),
    port: z.coerce
      .number()
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe(port === undefined ? 'Default: 443, for http 80.' : `Default: ${port}.`),
    insecure,
    proxy,
    ...tlsSettings(),
  }
}
export type HttpConfig = z.infer<z.ZodObject<ReturnType<typeof httpSettings>>>

/** For outputs whose whole URL is a secret. */
export function secretUrlSettings() {
  return { insecure, proxy, ...tlsSettings() }
}

/** What the part of the spec before `?` says. Throws AppError OUTPUT_SETTING when it is none, as with a name and password before the host. */
export function httpSettingsOf({ text, scheme, host, port, path }: OutputSpec): Readonly<Record<string, string | undefined>> {
  if (host === undefined && path?.startsWith('//'))
    throw new AppError('OUTPUT_SETTING', { output: text, problem: 'what follows // is no host' })
  return { transport: scheme.endsWith('+http') ? 'http' : 'https', host, port }
}

/** For outputs whose whole URL is a secret: it does not belong into the spec. Throws AppError OUTPUT_SETTING, which does not repeat it. */
export function noTarget({ scheme, host, path }: OutputSpec): Readonly<Record<string, string>> {
  if (host === undefined && path === undefined) return {}
  throw new AppError('OUTPUT_SETTING', {
    output: scheme,
    problem: 'its URL is a secret: put it into a file, and name that with urlFile, or use urlEnv',
  })
}

export interface UrlOptions {
  /** Of the output, for messages. */
  readonly output: string
  readonly insecure: boolean
}

/** Throws AppError OUTPUT_SETTING for http to another host. */
export function urlOf(
  { transport, host, port, insecure }: HttpConfig,
  path: string,
  { output, defaultPort }: { output: string; defaultPort?: number },
): URL {
  const shown = host.includes(':') ? `[${host}]` : host
  const number = port ?? defaultPort
  const url = new URL(`${transport}://${shown}${number === undefined ? '' : `:${number}`}${path.startsWith('/') ? path : `/${path}`}`)
  requireSafe(url, { output, insecure })
  return url
}

/** The message does not repeat the secret. Throws AppError OUTPUT_SETTING. */
export function urlOfSecret(secret: Secret, options: UrlOptions): URL {
  const url = URL.parse(secret.value())
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === null || !isHttp || url.username !== '') {
    throw new AppError('OUTPUT_SETTING', { output: options.output, problem: 'its secret is no URL that begins with https://' })
  }
  requireSafe(url, options)
  return url
}

function requireSafe({ protocol, hostname }: URL, { output, insecure: allowed }: UrlOptions): void {
  if (protocol === 'https:' || allowed || isLoopback(hostname)) return
  throw new AppError('OUTPUT_SETTING', { output, problem: `http to ${hostname} is not safe: use https, or insecure=true` })
}

/** As URL has it: addresses are in their canonical form, IPv6 in brackets. */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
