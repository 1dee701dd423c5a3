/** A certificate that a server signs for itself, made anew for each test: no key lies in the repository. DER as of X.690, the form as of RFC 5280. */
import { generateKeyPairSync, sign } from 'node:crypto'

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  text: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  context: 0xa0,
}

/** 2.5.4.3, 2.5.29.17, and ECDSA with SHA-256 (1.2.840.10045.4.3.2). */
const OID = { commonName: [0x55, 0x04, 0x03], altNames: [0x55, 0x1d, 0x11], ecdsaSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02] }
const IP_ADDRESS = 0x87

export interface SelfSigned {
  readonly cert: string
  readonly key: string
}

/** For 127.0.0.1, good until that time (default: in a day). */
export function selfSigned(until = new Date(Date.now() + 86_400_000)): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(der(TAG.oid, Buffer.from(OID.ecdsaSha256)))
  const name = sequence(der(TAG.set, sequence(der(TAG.oid, Buffer.from(OID.commonName)), der(TAG.text, Buffer.from('tarsier test')))))
  const altNames = sequence(der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])))
  const extensions = sequence(sequence(der(TAG.oid, Buffer.from(OID.altNames)), der(TAG.octets, altNames)))
  const body = sequence(
    der(TAG.context, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.from([1])),
    algorithm,
    name,
    sequence(utcTime(new Date(until.getTime() - 2 * 86_400_000)), utcTime(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(TAG.context + 3, extensions),
  )
  const signature = der(TAG.bits, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  return {
    cert: pem('CERTIFICATE', sequence(body, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(TAG.sequence, Buffer.concat(parts))

/** `261123080000Z`. */
const utcTime = (time: Date): Buffer => der(TAG.utcTime, Buffer.from(`${time.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${(bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`
