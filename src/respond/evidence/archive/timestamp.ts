/** A time stamp of an authority (RFC 3161) on the signature of a bundle. ASN.1 is loaded when there is one. */
import { randomBytes } from 'node:crypto'
import type { AsnType, Constructed } from 'asn1js'
import { AppError } from '../../../lib/app-error.ts'
import { sha256 } from './form.ts'

const SHA256_OID = '2.16.840.1.101.3.4.2.1'
const TST_INFO_OID = '1.2.840.113549.1.9.16.1.4'
const ANSWER_MS = 15_000
const MAX_ANSWER = 64 * 1024

/** What a stamp says. That its authority signed it is for `openssl ts -verify` to tell, which knows whom to trust. */
export interface Timestamp {
  /** Hex, of what was stamped. */
  readonly messageImprint: string
  readonly genTime: string
  readonly serial: string
}

/** Asks the authority at the URL; the answer in DER. Throws AppError EVIDENCE_TIMESTAMP where it gives none, or one that is of something else. */
export async function requestTimestamp(url: string, signature: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const nonce = randomBytes(8)
    // A number that begins with 0 or is negative would be written otherwise.
    nonce[0] = 0x40 | ((nonce[0] ?? 0) & 0x3f)
    const answer = await ask(url, await requestOf(sha256(signature), nonce), signal)
    const { messageImprint, nonce: answered } = await parse(answer)
    if (messageImprint !== sha256(signature)) throw new Error('the stamp is of something else')
    if (answered !== nonce.toString('hex')) throw new Error('the stamp answers another request')
    return answer
  } catch (cause) {
    // fetch says no more than that it failed; its cause says why.
    const { message, cause: deeper } = cause as Error
    throw new AppError('EVIDENCE_TIMESTAMP', { url, reason: deeper instanceof Error ? deeper.message : message }, { cause })
  }
}

/** Throws an Error that says in few words what is wrong. */
export async function readTimestamp(answer: Uint8Array): Promise<Timestamp> {
  const { messageImprint, genTime, serial } = await parse(answer)
  return { messageImprint, genTime, serial }
}

/** TimeStampReq (2.4.1): the certificate is wanted with it. */
async function requestOf(imprint: string, nonce: Uint8Array): Promise<ArrayBuffer> {
  const asn1 = await import('asn1js')
  const algorithm = new asn1.Sequence({ value: [new asn1.ObjectIdentifier({ value: SHA256_OID }), new asn1.Null()] })
  const hash = new asn1.OctetString({ valueHex: Uint8Array.from(Buffer.from(imprint, 'hex')).buffer })
  return new asn1.Sequence({
    value: [
      new asn1.Integer({ value: 1 }),
      new asn1.Sequence({ value: [algorithm, hash] }),
      new asn1.Integer({ valueHex: Uint8Array.from(nonce).buffer }),
      new asn1.Boolean({ value: true }),
    ],
  }).toBER()
}

/** 3.4. Redirects are not followed, and no more is read than an answer has. */
async function ask(url: string, request: ArrayBuffer, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    body: request,
    headers: { 'content-type': 'application/timestamp-query' },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
  })
  if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`)
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body) {
    bytes += part.length
    if (bytes > MAX_ANSWER) throw new Error('the answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** TimeStampResp (2.4.2) → SignedData (RFC 5652, 5.1) → TSTInfo. */
async function parse(answer: Uint8Array): Promise<Timestamp & { readonly nonce: string | undefined }> {
  const asn1 = await import('asn1js')
  const [statusInfo, token] = children(whole(asn1, answer))
  const status = Number(children(statusInfo)[0] instanceof asn1.Integer ? hexOf(children(statusInfo)[0]) : Number.NaN)
  if (status !== 0 && status !== 1) throw new Error(`the authority gives none (status ${status})`)
  const [signed] = children(children(token)[1])
  const content = children(children(signed)[2])
  if (!(content[0] instanceof asn1.ObjectIdentifier) || content[0].getValue() !== TST_INFO_OID) throw new Error('it holds no time stamp')
  const [octets] = children(content[1])
  if (!(octets instanceof asn1.OctetString)) throw new Error('it holds no time stamp')
  const info = children(whole(asn1, new Uint8Array(octets.getValue())))
  const [, , imprint, serial, time, ...rest] = info
  const [algorithm, hash] = children(imprint)
  const [oid] = children(algorithm)
  if (!(oid instanceof asn1.ObjectIdentifier) || oid.getValue() !== SHA256_OID) throw new Error('its hash is not SHA-256')
  if (!(time instanceof asn1.GeneralizedTime)) throw new Error('it has no time')
  const nonce = rest.find((one) => one instanceof asn1.Integer)
  return { messageImprint: hexOf(hash), genTime: time.toDate().toISOString(), serial: hexOf(serial), nonce: nonce && hexOf(nonce) }
}

function whole({ fromBER }: typeof import('asn1js'), bytes: Uint8Array): AsnType {
  const { offset, result } = fromBER(Uint8Array.from(bytes).buffer)
  if (offset !== bytes.length) throw new Error('it is no DER, or more follows it')
  return result
}

function children(node: AsnType | undefined): readonly AsnType[] {
  const value: unknown = (node as Constructed | undefined)?.valueBlock?.value
  if (!Array.isArray(value)) throw new Error('it has not the form of a time stamp')
  return value as AsnType[]
}

/** The value's bytes, of an integer or an octet string. */
function hexOf(node: AsnType | undefined): string {
  const bytes = (node as { valueBlock?: { valueHexView?: Uint8Array } } | undefined)?.valueBlock?.valueHexView
  if (bytes === undefined) throw new Error('it has not the form of a time stamp')
  return Buffer.from(bytes).toString('hex')
}
