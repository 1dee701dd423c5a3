/** One call over gRPC to a socket of this host. The package that speaks it is loaded when the first call is made. */
import type { Client, Metadata, ServiceError } from '@grpc/grpc-js'
import { AppError } from '../../lib/app-error.ts'
import { decode, type Fields } from './protobuf.ts'
import type { Asking, RuntimeName } from './runtime.ts'

export interface GrpcCall {
  readonly runtime: RuntimeName
  readonly socket: string
  /** `/package.Service/Method`. */
  readonly method: string
  readonly request: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** `not-found` and `unimplemented` are answers, all else is a failure. */
export type GrpcAnswer = { readonly kind: 'ok'; readonly fields: Fields } | { readonly kind: 'not-found' | 'unimplemented' }

const MAX_ANSWER = 16 << 20
/** google.rpc.Code */
const NOT_FOUND = 5
const UNIMPLEMENTED = 12

/** Throws AppError RUNTIME_FAILED. */
export async function callGrpc(
  { runtime, socket, method, request, headers = {} }: GrpcCall,
  { timeoutMs, signal }: Asking,
): Promise<GrpcAnswer> {
  const grpc = await import('@grpc/grpc-js')
  const client = new grpc.Client(`unix:${socket}`, grpc.credentials.createInsecure(), {
    // Go's servers refuse a path as the name of a host.
    'grpc.default_authority': 'localhost',
    'grpc.enable_http_proxy': 0,
    'grpc.max_receive_message_length': MAX_ANSWER,
    'grpc.use_local_subchannel_pool': 1,
  })
  const metadata = new grpc.Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const failed = (reason: string): AppError => new AppError('RUNTIME_FAILED', { runtime, place: socket, reason })
  try {
    const answer = await unary(client, { method, request, metadata }, { timeoutMs, signal })
    if (!(answer instanceof Uint8Array)) {
      if (answer.code === NOT_FOUND) return { kind: 'not-found' }
      if (answer.code === UNIMPLEMENTED) return { kind: 'unimplemented' }
      throw failed(`answered to ${method}: ${answer.details.slice(0, MAX_REASON)}`)
    }
    const fields = decode(answer)
    if (fields === undefined) throw failed(`answered to ${method} with what is no message`)
    return { kind: 'ok', fields }
  } finally {
    client.close()
  }
}

const MAX_REASON = 300

function unary(
  client: Client,
  { method, request, metadata }: { readonly method: string; readonly request: Uint8Array; readonly metadata: Metadata },
  { timeoutMs, signal }: Asking,
): Promise<Uint8Array | ServiceError> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array | ServiceError>()
  const call = client.makeUnaryRequest(
    method,
    (value: Uint8Array) => Buffer.from(value),
    (bytes: Buffer): Uint8Array => bytes,
    request,
    metadata,
    { deadline: Date.now() + timeoutMs },
    (error, value) => resolve(error ?? value ?? new Uint8Array()),
  )
  const cancel = (): void => call.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', cancel))
}
