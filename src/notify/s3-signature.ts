/** Signature Version 4 of AWS, in the Authorization header (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). */
import { createHash, createHmac } from 'node:crypto'

export interface SignatureOptions {
  readonly method: string
  /** Its path is signed as it stands: keys are encoded by objectPath(). Without a query. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly accessKey: string
  readonly secretKey: string
  readonly sessionToken: string | undefined
  readonly region: string
  /** Since 1970. */
  readonly nowMs: number
}

/** The headers to send: those given and x-amz-date, x-amz-content-sha256, authorization. */
export function signed(options: SignatureOptions): Readonly<Record<string, string>> {
  const { method, url, body, accessKey, secretKey, sessionToken, region, nowMs } = options
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const hash = createHash('sha256').update(body).digest('hex')
  const headers: Readonly<Record<string, string>> = {
    ...options.headers,
    'x-amz-content-sha256': hash,
    'x-amz-date': time,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
  const all: Readonly<Record<string, string>> = { ...headers, host: url.host }
  const names = Object.keys(all).sort()
  const canonicalHeaders = names.map((name) => `${name}:${all[name]?.trim().replace(/ +/g, ' ')}\n`).join('')
  const canonical = [method, url.pathname, '', canonicalHeaders, names.join(';'), hash].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>((before, part) => hmac(before, part), Buffer.from(`AWS4${secretKey}`))
  const signature = createHmac('sha256', key).update(text).digest('hex')
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The key as a path: all but letters, digits, `-._~` and `/` encoded, as both the signature and the request want it. */
export function objectPath(key: string): string {
  return `/${key.split('/').map(encodePart).join('/')}`
}

const encodePart = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
