/** Servers that are spoken to without TLS: on this host alone, or where somebody says that it is meant so. */
import { AppError } from '../lib/app-error.ts'

export interface PlainTransport {
  /** For messages: `nats`. */
  readonly output: string
  readonly host: string
  readonly insecure: boolean
}

/** Throws AppError OUTPUT_SETTING. */
export function requireSafePlain({ output, host, insecure }: PlainTransport): void {
  if (insecure || isLoopback(host)) return
  throw new AppError('OUTPUT_SETTING', { output, problem: `to speak with ${host} without TLS is not safe: use TLS, or insecure=true` })
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
