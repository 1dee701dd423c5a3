/** What a server listens with: what the command line says, else what server.yaml says, else the defaults. */
import { join } from 'node:path'
import { AppError } from '../../lib/app-error.ts'
import type { ListenAddress } from '../../lib/listen-address.ts'
import { readServerSettings, type ServerSettings } from './server-settings.ts'
import { readTlsFiles, type TlsTexts } from './tls-files.ts'

export interface GivenSettings {
  readonly listen: ListenAddress | undefined
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
}

export interface EffectiveSettings {
  readonly listen: ListenAddress
  readonly tls: TlsTexts | undefined
  readonly settings: ServerSettings
}

export const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 7331 }

/** `state`: the folder in which server.yaml lies. Throws AppError SERVER_SETTINGS, FILE_UNREADABLE, API_TLS. */
export function effectiveSettings(state: string, { listen, tlsCert, tlsKey }: GivenSettings, nowMs: number): EffectiveSettings {
  const settings = readServerSettings(join(state, 'server.yaml'))
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new AppError('API_TLS', { reason: 'it takes a certificate and its key' })
  const paths = tlsCert !== undefined && tlsKey !== undefined ? { cert: tlsCert, key: tlsKey } : settings.tls
  return { listen: listen ?? settings.listen ?? DEFAULT_LISTEN, tls: paths && readTlsFiles(paths, nowMs), settings }
}
