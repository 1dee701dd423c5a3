/** Where the agent can be asked: an address of the network, and a socket in the file system that only root can open. */
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { AppError } from '../../lib/app-error.ts'
import type { ListenAddress } from '../../lib/listen-address.ts'

/** Sockets of running agents, `<pid>.sock`. */
export const SOCKET_FOLDER = '/run/tarsier'

/** @throws {AppError} METRICS_LISTEN */
export async function listenOn(server: Server, { host, port }: ListenAddress): Promise<void> {
  await listening(server, { host, port, exclusive: true }, `${host} port ${port}`)
}

/** Returns the path. Sockets of agents that are gone are removed. @throws {AppError} METRICS_LISTEN */
export async function listenAsRoot(server: Server): Promise<string> {
  const path = `${SOCKET_FOLDER}/${process.pid}.sock`
  try {
    mkdirSync(SOCKET_FOLDER, { recursive: true, mode: 0o700 })
    const folder = lstatSync(SOCKET_FOLDER)
    if (!folder.isDirectory() || folder.uid !== process.getuid?.()) throw new Error('it is no folder of this user')
    chmodSync(SOCKET_FOLDER, 0o700)
    for (const pid of pidsIn(SOCKET_FOLDER))
      if (pid === process.pid || !existsSync(`/proc/${pid}`)) rmSync(`${SOCKET_FOLDER}/${pid}.sock`, { force: true })
  } catch (cause) {
    throw new AppError('METRICS_LISTEN', { address: path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  await listening(server, { path }, path)
  chmodSync(path, 0o600)
  return path
}

/** Of agents that had a socket there, ascending; some may be gone. Throws what readdir throws. */
export function pidsIn(folder: string): readonly number[] {
  return readdirSync(folder)
    .flatMap((name) => /^(\d+)\.sock$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

async function listening(server: Server, where: Parameters<Server['listen']>[0], address: string): Promise<void> {
  try {
    server.listen(where)
    await once(server, 'listening')
  } catch (cause) {
    throw new AppError('METRICS_LISTEN', { address, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
