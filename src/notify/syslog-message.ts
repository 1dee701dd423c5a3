/** Syslog messages: RFC 5424, and the older form that CEF and LEEF are carried in. */
import type { Finding } from '../findings/finding.ts'
import { severityOf } from '../findings/priority.ts'
import { bsdTime, rfc3339Micro } from '../lib/time-format.ts'

/** RFC 5424, section 6.2.1, table 1. */
export const FACILITIES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const
export type Facility = (typeof FACILITIES)[number]

export interface SyslogMessageOptions {
  readonly facility: Facility
  readonly appName: string
  readonly processId: number
  /** `rfc3164` without a tag, so that what follows the host is the message: receivers of CEF and LEEF look for it there. */
  readonly header: 'rfc5424' | 'rfc3164'
  readonly render: (finding: Finding) => string
  /** The longest message in bytes; a longer one is shortened. */
  readonly maxBytes: number
}

/**
 * `<PRI>1 TIME HOST APP PID MSGID - MSG`, MSGID being the rule's name in the characters that RFC 5424 allows. No
 * structured data (that needs a registered enterprise number) and no BOM (many receivers show it as text). With the header of RFC 3164:
 * `<PRI>Mmm dd hh:mm:ss HOST MSG`, the time being that of this host.
 */
export function createSyslogMessage(options: SyslogMessageOptions): (finding: Finding) => string {
  const facility = FACILITIES.indexOf(options.facility)
  const app = headerWord(options.appName, 48)
  return (finding) => {
    const priority = facility * 8 + severityOf(finding.priority)
    const host = headerWord(finding.hostname, 255)
    const head =
      options.header === 'rfc3164'
        ? `<${priority}>${bsdTime(finding.timeNs)} ${host}`
        : `<${priority}>1 ${rfc3339Micro(finding.timeNs)} ${host} ${app} ${options.processId} ${headerWord(finding.rule, 32)} -`
    const whole = `${head} ${options.render(finding)}`
    return fits(whole, options.maxBytes) ? whole : cut(`${head} ${options.render(shorten(finding, options.maxBytes))}`, options.maxBytes)
  }
}

/** A finding that is too long for one message keeps what names it, so that JSON stays JSON. */
function shorten(finding: Finding, maxBytes: number): Finding {
  const output = `${finding.output.slice(0, Math.max(0, Math.floor(maxBytes / 8) - 200))}… (shortened)`
  return { ...finding, output, outputFields: {}, lineage: [], why: [], eventIds: finding.eventIds.slice(0, 1) }
}

/** Printable ASCII without blanks, `-` when nothing is left. */
function headerWord(text: string, maxLength: number): string {
  const word = text.replace(/[^\x21-\x7e]+/g, '_').slice(0, maxLength)
  return word === '' ? '-' : word
}

function cut(text: string, maxBytes: number): string {
  if (fits(text, maxBytes)) return text
  const kept = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text).subarray(0, maxBytes - 3), { stream: true })
  return `${kept}…`
}

function fits(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes
}
