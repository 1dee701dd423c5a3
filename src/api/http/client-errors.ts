/** Requests that are no HTTP, too large, or too slow: answered before the server knows what they want, so straight onto the socket. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AppError, type ErrorCode } from '../../lib/app-error.ts'
import type { Log } from '../../lib/log.ts'
import { PROBLEM_TYPE, problemOf } from '../problem.ts'

const CODE_OF: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'API_HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'API_TIMEOUT',
}

/** For `clientErrorHandler` of fastify. */
export function answerClientErrors(log: Log): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    // A reset, or an answer that has begun: nobody would hear, or it would stand in the middle of another.
    if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
      socket.destroy()
      return
    }
    const problem = problemOf(new AppError(CODE_OF[error.code ?? ''] ?? 'API_BAD_REQUEST'), log)
    const body = JSON.stringify(problem)
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'x-content-type-options: nosniff',
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
}
