/** TLS towards a server: the settings, and what Node wants of them. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'

export function tlsSettings() {
  return {
    ca: z.string().optional().describe('File with the certificates (PEM) that may sign the server’s. Default: those of Node.'),
    cert: z.string().optional().describe('File with our certificate (PEM), where the server asks for one.'),
    key: z.string().optional().describe('File with the key (PEM) of our certificate.'),
    serverName: z.string().optional().describe('Name that the server’s certificate must carry. Default: host.'),
  }
}
export type TlsConfig = z.infer<z.ZodObject<ReturnType<typeof tlsSettings>>>

/** For tls.connect and https.Agent. */
export interface TlsOptions {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
  readonly servername?: string
}

/** Reads the files once, so that a wrong path is said at start. Throws AppError OUTPUT_SETTING. */
export function readTls(output: string, { ca, cert, key, serverName }: TlsConfig): TlsOptions {
  return {
    ...(ca !== undefined && { ca: readPem(output, ca) }),
    ...(cert !== undefined && { cert: readPem(output, cert) }),
    ...(key !== undefined && { key: readPem(output, key) }),
    ...(serverName !== undefined && { servername: serverName }),
  }
}

function readPem(output: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new AppError('OUTPUT_SETTING', { output, problem: `cannot read ${path}: ${(cause as Error).message}` }, { cause })
  }
}
