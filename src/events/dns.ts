/** Decodes a DNS message as it came over UDP (RFC 1035 §4). Pure; the input is hostile and may be cut after 512 bytes. */
import { dnsDataText, dnsTypeName } from './dns-data.ts'
import { readDnsName } from './dns-name.ts'

export interface DnsQuestion {
  /** Lower case, no final dot: see readDnsName. */
  readonly name: string
  /** Mnemonic (`A`, `AAAA`, `TXT`…) or `TYPEn`. */
  readonly type: string
}

export interface DnsAnswer extends DnsQuestion {
  /** In the form of zone files: `192.0.2.1`, `2001:db8::1`, `10 mail.example.org`, `v=spf1 -all`, else `\# 2 cafe`. */
  readonly data: string
}

export interface DnsMessage {
  readonly id: number
  /** False for a query. */
  readonly response: boolean
  /** 0 is a standard query. */
  readonly opcode: number
  /** `NOERROR`, `NXDOMAIN`… or the number as text. Only a response carries one that means something. */
  readonly rcode: string
  readonly questions: readonly DnsQuestion[]
  /** The answer section only. */
  readonly answers: readonly DnsAnswer[]
  /** False where a question or answer is missing: the message was cut, malformed, or longer than we read. */
  readonly complete: boolean
}

const HEADER_BYTES = 12
/** Bounds on what is decoded. 512 bytes hold 31 answers of the smallest useful form (compressed name and an address). */
const MAX_QUESTIONS = 8
const MAX_ANSWERS = 64

const RCODE_NAMES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
]

/**
 * `message`: the UDP payload. Undefined when it is no DNS message: shorter than its header, or it announces a question
 * and the first one cannot be read. What follows may be cut: then the result holds what came before and `complete` is false.
 */
export function parseDnsMessage(message: Buffer): DnsMessage | undefined {
  if (message.length < HEADER_BYTES) return undefined
  const flags = message.readUInt16BE(2)
  const questions = readSection(message, HEADER_BYTES, message.readUInt16BE(4), MAX_QUESTIONS, readQuestion)
  if (questions.asked > 0 && questions.read.length === 0) return undefined
  const answers = questions.complete
    ? readSection(message, questions.next, message.readUInt16BE(6), MAX_ANSWERS, readAnswer)
    : { read: [], complete: false }
  const rcode = flags & 0xf
  return {
    id: message.readUInt16BE(0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    rcode: RCODE_NAMES[rcode] ?? String(rcode),
    questions: questions.read,
    answers: answers.read,
    complete: questions.complete && answers.complete,
  }
}

type Read<T> = (message: Buffer, at: number) => { readonly value: T; readonly next: number } | undefined

function readSection<T>(message: Buffer, start: number, asked: number, max: number, read: Read<T>) {
  const values: T[] = []
  let next = start
  for (let count = 0; count < Math.min(asked, max); count++) {
    const one = read(message, next)
    if (one === undefined) break
    values.push(one.value)
    next = one.next
  }
  return { read: values, asked, next, complete: values.length === asked }
}

const readQuestion: Read<DnsQuestion> = (message, at) => {
  const name = readDnsName(message, at)
  if (name === undefined || name.next + 4 > message.length) return undefined
  return { value: { name: name.text, type: dnsTypeName(message.readUInt16BE(name.next)) }, next: name.next + 4 }
}

const readAnswer: Read<DnsAnswer> = (message, at) => {
  const name = readDnsName(message, at)
  if (name === undefined || name.next + 10 > message.length) return undefined
  const type = dnsTypeName(message.readUInt16BE(name.next))
  const start = name.next + 10
  const end = start + message.readUInt16BE(name.next + 8)
  if (end > message.length) return undefined
  return { value: { name: name.text, type, data: dnsDataText(message, type, start, end) }, next: end }
}
