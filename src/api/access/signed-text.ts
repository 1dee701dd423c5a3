/** Texts that come back as they were given: what a browser keeps for us, and may read, but not change. The key lives as long as the process. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export interface SignedTexts {
  readonly sign: (text: string) => string
  /** Undefined for what was not signed here. */
  readonly open: (signed: string) => string | undefined
}

const KEY_BYTES = 32

export function createSignedTexts(): SignedTexts {
  const key = randomBytes(KEY_BYTES)
  const markOf = (body: string): Buffer => createHmac('sha256', key).update(body).digest()

  function sign(text: string): string {
    const body = Buffer.from(text).toString('base64url')
    return `${body}.${markOf(body).toString('base64url')}`
  }

  function open(signed: string): string | undefined {
    const [body = '', mark = ''] = signed.split('.')
    const given = Buffer.from(mark, 'base64url')
    const expected = markOf(body)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    return Buffer.from(body, 'base64url').toString('utf8')
  }

  return Object.freeze({ sign, open })
}
