/** The data of a DNS record as text, in the form of zone files, and the names of record types. */
import ipaddr from 'ipaddr.js'
import { readDnsName } from './dns-name.ts'
import { decodeText } from './raw-record.ts'

/** Mnemonics of the record types that are met in practice (IANA "DNS Parameters"); the others are `TYPEn` (RFC 3597). */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  10: 'NULL',
  12: 'PTR',
  13: 'HINFO',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  39: 'DNAME',
  41: 'OPT',
  43: 'DS',
  46: 'RRSIG',
  47: 'NSEC',
  48: 'DNSKEY',
  52: 'TLSA',
  64: 'SVCB',
  65: 'HTTPS',
  99: 'SPF',
  251: 'IXFR',
  252: 'AXFR',
  255: 'ANY',
  257: 'CAA',
}

export function dnsTypeName(type: number): string {
  return TYPE_NAMES[type] ?? `TYPE${type}`
}

/**
 * `message[start, end)` is the data of a record of `type`. Names inside it may be compressed, so the whole message is
 * needed. A type we do not know, or data that do not fit their type, give the form of RFC 3597: `\# 4 c0a80001`.
 */
export function dnsDataText(message: Buffer, type: string, start: number, end: number): string {
  return READERS[type]?.(message, start, end) ?? opaque(message.subarray(start, end))
}

type Reader = (message: Buffer, start: number, end: number) => string | undefined

const READERS: Readonly<Record<string, Reader>> = {
  A: (message, start, end) => (end - start === 4 ? address(message.subarray(start, end)) : undefined),
  AAAA: (message, start, end) => (end - start === 16 ? address(message.subarray(start, end)) : undefined),
  CNAME: nameOnly,
  DNAME: nameOnly,
  NS: nameOnly,
  PTR: nameOnly,
  MX: (message, start, end) => numbersThenName(message, start, end, 1),
  SRV: (message, start, end) => numbersThenName(message, start, end, 3),
  TXT: strings,
  SPF: strings,
}

/** Canonical text of an address: RFC 5952 for IPv6. */
function address(bytes: Buffer): string {
  const parsed = ipaddr.fromByteArray([...bytes])
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString()
}

function nameOnly(message: Buffer, start: number, end: number): string | undefined {
  const name = readDnsName(message, start)
  return name?.next === end ? name.text : undefined
}

function numbersThenName(message: Buffer, start: number, end: number, count: number): string | undefined {
  const nameAt = start + 2 * count
  const name = nameAt < end ? nameOnly(message, nameAt, end) : undefined
  if (name === undefined) return undefined
  const numbers = Array.from({ length: count }, (_, index) => message.readUInt16BE(start + 2 * index))
  return [...numbers, name].join(' ')
}

/** Character strings (one length octet each), joined without a gap as SPF and DKIM readers join them. */
function strings(message: Buffer, start: number, end: number): string | undefined {
  const parts: Buffer[] = []
  for (let at = start; at < end; ) {
    const stop = at + 1 + (message[at] ?? 0)
    if (stop > end) return undefined
    parts.push(message.subarray(at + 1, stop))
    at = stop
  }
  const joined = Buffer.concat(parts)
  return decodeText(joined, 0, joined.length)
}

function opaque(bytes: Buffer): string {
  return bytes.length === 0 ? '\\# 0' : `\\# ${bytes.length} ${bytes.toString('hex')}`
}
