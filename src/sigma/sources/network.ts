/** Connections and names asked for. */
import { ACTOR_FIELDS, outputOf, type Source } from '../source.ts'

const ACCEPTED = 'evt.type in (accept, accept4)'

export const networkConnection: Source = {
  logsource: { product: 'linux', category: 'network_connection' },
  records: {
    connection: {
      base: 'evt.type in (connect, accept, accept4) and fd.type in (ipv4, ipv6) and (evt.rawres >= 0 or evt.res = EINPROGRESS)',
      keywords: [],
      fields: {
        ...ACTOR_FIELDS,
        DestinationIp: { to: ['fd.sip'], network: 'fd.snet' },
        DestinationPort: 'fd.sport',
        DestinationHostname: 'fd.sip.name',
        SourceIp: { to: ['fd.cip'], network: 'fd.cnet' },
        SourcePort: 'fd.cport',
        SourceHostname: 'fd.cip.name',
        Protocol: 'fd.l4proto',
        Initiated: { to: [], values: { true: 'evt.type = connect', false: ACCEPTED } },
        SourceIsIpv6: { to: [], values: { true: 'fd.type = ipv6', false: 'fd.type = ipv4' } },
        DestinationIsIpv6: { to: [], values: { true: 'fd.type = ipv6', false: 'fd.type = ipv4' } },
      },
      output: outputOf('connection=%fd.name'),
    },
  },
}

const DNS = {
  base: 'evt.type in (sendto, sendmsg, sendmmsg, write, writev) and dns.is_response = false',
  keywords: ['dns.question'],
  output: outputOf('question=%dns.question'),
}

export const dnsQuery: Source = {
  logsource: { product: 'linux', category: 'dns_query' },
  records: { query: { ...DNS, fields: { ...ACTOR_FIELDS, QueryName: 'dns.question', record_type: 'dns.type' } } },
}

export const dns: Source = {
  logsource: { category: 'dns' },
  records: {
    query: {
      ...DNS,
      fields: {
        query: 'dns.question',
        record_type: 'dns.type',
        src_ip: { to: ['fd.cip'], network: 'fd.cnet' },
        dst_ip: { to: ['fd.sip'], network: 'fd.snet' },
        dst_port: 'fd.sport',
      },
    },
  },
}
