/** dns.*: a DNS message sent or received over UDP. Tarsier's own. */
import { type DnsMessage, parseDnsMessage } from '../dns.ts'
import type { AnyKernelEvent } from '../event.ts'
import type { FieldType, FieldValue } from '../field.ts'
import { defineField } from '../field-readers/define-field.ts'
import { oncePerEvent } from '../field-readers/once-per-event.ts'

const DNS_PORT = 53
const UDP = 17

/** The message of an event that sends to or receives from port 53; undefined for every other event. */
export const dnsMessageOf = oncePerEvent((event: AnyKernelEvent): DnsMessage | undefined => {
  if (event.kind !== 'net.send' && event.kind !== 'net.recv') return undefined
  const { protocol, remotePort, localPort } = event.record
  if (protocol !== UDP || (remotePort !== DNS_PORT && localPort !== DNS_PORT)) return undefined
  return parseDnsMessage(event.record.payload)
})

const ofMessage = (
  name: string,
  type: FieldType,
  doc: string,
  example: string | boolean,
  of: (message: DnsMessage) => FieldValue | undefined,
  many?: 'list',
) =>
  defineField({
    name,
    type,
    doc,
    example,
    kinds: ['net.send', 'net.recv'],
    ...(many === undefined ? {} : { many }),
    read: (event) => {
      const message = dnsMessageOf(event)
      return message === undefined ? undefined : of(message)
    },
  })

const ADDRESS_TYPES = new Set(['A', 'AAAA'])

export const DNS_FIELDS = [
  ofMessage(
    'dns.question',
    'string',
    'Name asked for, in lower case, without a final dot.',
    'example.org',
    ({ questions }) => questions[0]?.name,
  ),
  ofMessage('dns.type', 'string', 'Type of the record asked for.', 'AAAA', ({ questions }) => questions[0]?.type),
  ofMessage('dns.is_response', 'boolean', 'True for an answer, false for a query.', true, ({ response }) => response),
  ofMessage('dns.rcode', 'string', 'Result of an answer: NOERROR, NXDOMAIN…; missing in a query.', 'NOERROR', ({ response, rcode }) =>
    response ? rcode : undefined,
  ),
  ofMessage(
    'dns.answers',
    'string',
    'Data of the records in the answer.',
    '192.0.2.7',
    ({ answers }) => answers.map(({ data }) => data),
    'list',
  ),
  ofMessage(
    'dns.addresses',
    'ip',
    'Addresses in the answer.',
    '192.0.2.7',
    ({ answers }) => answers.filter(({ type }) => ADDRESS_TYPES.has(type)).map(({ data }) => data),
    'list',
  ),
]
