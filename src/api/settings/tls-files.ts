/** Certificate and key of the server, looked at before anybody relies on them. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AppError } from '../../lib/app-error.ts'

export interface TlsTexts {
  /** PEM, the server's own first. */
  readonly cert: string
  readonly key: string
}

/** Throws AppError API_TLS for what cannot be read, for a key of another certificate, and for one that has ended. */
export function readTlsFiles({ cert, key }: { readonly cert: string; readonly key: string }, nowMs: number): TlsTexts {
  const texts = { cert: readPem(cert), key: readPem(key) }
  const certificate = understood(cert, () => new X509Certificate(texts.cert))
  const privateKey = understood(key, () => createPrivateKey(texts.key))
  if (!certificate.checkPrivateKey(privateKey)) throw new AppError('API_TLS', { reason: `${key} is not the key of ${cert}` })
  if (Date.parse(certificate.validTo) < nowMs) throw new AppError('API_TLS', { reason: `${cert} was good until ${certificate.validTo}` })
  return texts
}

function readPem(path: string): string {
  return understood(path, () => readFileSync(path, 'utf8'))
}

function understood<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new AppError('API_TLS', { reason: `${path}: ${(cause as Error).message}` }, { cause })
  }
}
