/** Bytes on a connection, as no client would send them. For tests. */
import { connect } from 'node:net'

/** Sends the pieces one after another, and gives all that came back by the time the server closed. */
export function sendBytes(address: string, pieces: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const came: Buffer[] = []
    socket.on('data', (chunk) => came.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
    )
    socket.on('close', () => resolve(Buffer.concat(came).toString('latin1')))
    for (const piece of pieces) socket.write(piece)
  })
}

/** Of an answer on such a connection; 0 where none came. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
}
