/** The cookie of a session: no script may read it, no other site may send it, and with TLS no other host may set it. */
import type { FastifyReply, FastifyRequest } from 'fastify'

export interface SessionCookies {
  readonly read: (request: FastifyRequest) => string | undefined
  /** For as long as a session can last. */
  readonly set: (reply: FastifyReply, secret: string) => void
  readonly clear: (reply: FastifyReply) => void
}

export function createSessionCookies(isSecure: boolean, longestMs: number): SessionCookies {
  const name = isSecure ? '__Host-tarsier' : 'tarsier'
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const
  return Object.freeze({
    read: (request: FastifyRequest) => request.cookies[name],
    set: (reply: FastifyReply, secret: string) =>
      void reply.setCookie(name, secret, { ...attributes, maxAge: Math.floor(longestMs / 1000) }),
    clear: (reply: FastifyReply) => void reply.clearCookie(name, attributes),
  })
}
