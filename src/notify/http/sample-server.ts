/** An HTTP server on this host for tests: keeps what it was sent, and answers as it is told. */
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface SampleRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** The same as it came. */
  readonly bytes: Buffer
}

export interface SampleAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface SampleServer {
  readonly port: number
  readonly requests: readonly SampleRequest[]
  readonly close: () => Promise<void>
}

export interface SampleServerOptions {
  /** With a certificate it speaks TLS. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer }
  readonly port?: number
  /** Undefined: hangs up without an answer. */
  readonly answer: (request: SampleRequest, index: number) => SampleAnswer | undefined
}

export async function openSampleServer({ answer, tls, port = 0 }: SampleServerOptions): Promise<SampleServer> {
  const requests: SampleRequest[] = []
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: bytes.toString(), bytes }
    requests.push(one)
    const reply = answer(one, requests.length - 1)
    if (reply === undefined) request.socket.destroy()
    else response.writeHead(reply.status, reply.headers).end(reply.body)
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(port, '127.0.0.1', resolve)
  await promise
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: async () => {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
}
