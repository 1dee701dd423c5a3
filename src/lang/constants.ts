/** The values that rules write, read as the type of the field that they stand against. */
import type { FieldType } from '../events/field.ts'
import { encodeText } from './bytes.ts'
import { canonicalAddress, type Network, parseNetwork } from './ip.ts'

/** What a written value becomes: `Network` for nets, canonical text for addresses, the plain thing for the rest. */
export type Constant = string | number | boolean | Buffer | Network

/** What a reader is told when a value is not of the type. */
export const TYPE_EXAMPLES: Readonly<Record<FieldType, string>> = {
  string: 'Write a word or a quoted text.',
  number: 'Write a number, decimal or hexadecimal: 443, 0x1f.',
  boolean: 'Write true or false.',
  ip: 'Write an address: 10.0.0.1 or 2001:db8::1. Networks are compared by fd.net, fd.snet, fd.cnet…',
  net: 'Write a network: 10.0.0.0/8 or 2001:db8::/32.',
  bytes: 'Write the bytes as text.',
}

/** A noun for each type. */
export const TYPE_NAMES: Readonly<Record<FieldType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'a boolean',
  ip: 'an IP address',
  net: 'an IP network',
  bytes: 'a byte buffer',
}

/** Reads `text` for a field of a type; undefined where it is no such value. Fields whose name ends in `port` take service names. */
export function parseConstant(type: FieldType, text: string, field: string): Constant | undefined {
  switch (type) {
    case 'string':
      return text
    case 'number':
      return parseNumber(text) ?? (field.endsWith('port') ? SERVICES[text] : undefined)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'ip':
      return canonicalAddress(text)
    case 'net':
      return parseNetwork(text)
    case 'bytes':
      return encodeText(text)
    default:
      return type satisfies never
  }
}

/** Decimal (with fraction and exponent) or hexadecimal. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?)$/.test(text) ? toNumber(text) : undefined
}

function toNumber(text: string): number {
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.startsWith('+') ? text.slice(1) : text)
}

/** The services of /etc/services that rules name. Fixed here, so that a rule means the same on every host. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  tftp: 69,
  http: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  syslog: 514,
  submission: 587,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  nfs: 2049,
  mysql: 3306,
  'ms-wbt-server': 3389,
  postgresql: 5432,
  amqp: 5672,
  redis: 6379,
  ircd: 6667,
  'http-alt': 8080,
}
