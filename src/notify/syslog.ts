import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { renderer } from './formats/formats.ts'
import { defineOutput, type OutputContext } from './output.ts'
import type { OutputSpec } from './output-spec.ts'
import { bytesSetting, countSetting, formatSetting } from './settings.ts'
import { createDatagramLink } from './syslog-datagram.ts'
import type { SyslogLink, SyslogLinkOptions } from './syslog-link.ts'
import { createSyslogMessage, FACILITIES } from './syslog-message.ts'
import { createStreamLink } from './syslog-stream.ts'
import { createUnixLink } from './syslog-unix.ts'

const PORTS = { udp: 514, tcp: 514, tls: 6514, unix: 0 } as const

const schema = z.strictObject({
  transport: z
    .enum(['udp', 'tcp', 'tls', 'unix'])
    .describe('From the scheme: syslog (UDP), syslog+tcp, syslog+tls, syslog+unix (datagram, as /dev/log is, or stream).'),
  host: z.string().default('localhost').describe('Name or address of the server. Default: localhost.'),
  port: z.coerce.number().int().min(1).max(65_535).optional().describe('Default: 514, for TLS 6514.'),
  path: z.string().default('/dev/log').describe('Path of the Unix socket. Default: /dev/log.'),
  facility: z.enum(FACILITIES).default('local0').describe('Syslog facility. Default: local0.'),
  app: z.string().default('tarsier').describe('APP-NAME of the messages. Default: tarsier.'),
  format: formatSetting,
  header: z
    .enum(['rfc5424', 'rfc3164'])
    .optional()
    .describe(
      'What stands before the finding: rfc5424, or rfc3164 (time and host alone). Default: rfc5424; for cef and leef rfc3164, which their receivers expect.',
    ),
  framing: z
    .enum(['octets', 'newline'])
    .optional()
    .describe(
      'How messages are told apart on a stream: octets (RFC 6587 octet counting) or newline. Default: octets; newline on a Unix socket.',
    ),
  maxQueued: countSetting('Findings that wait while the server cannot be reached.', 10_000, 1_000_000),
  maxMessage: bytesSetting('The longest message; a longer one is cut. A UDP packet holds 65,507 bytes.', '60000'),
  ca: z.string().optional().describe('File with the certificates (PEM) that may sign the server’s. Default: those of Node.'),
  cert: z.string().optional().describe('File with our certificate (PEM), where the server asks for one.'),
  key: z.string().optional().describe('File with the key (PEM) of our certificate.'),
  serverName: z.string().optional().describe('Name that the server’s certificate must carry. Default: host.'),
})
type SyslogConfig = z.infer<typeof schema>

/** Findings to a syslog server. */
export const syslog = defineOutput({
  name: 'syslog',
  schemes: ['syslog', 'syslog+udp', 'syslog+tcp', 'syslog+tls', 'syslog+unix'],
  doc: 'Sends findings as syslog messages (RFC 5424, or RFC 3164 as SIEMs expect it around CEF and LEEF) over UDP, TCP, TLS or a Unix socket. While the server cannot be reached, findings wait in a bounded queue and connecting is tried again, ever more seldom up to 30 s; what finds no room is counted as lost.',
  schema,
  examples: [
    {
      spec: 'syslog://logs.example.org',
      doc: 'UDP, port 514.',
      config: { transport: 'udp', host: 'logs.example.org', ...presets() },
    },
    {
      spec: 'syslog+tls://logs.example.org:6514?ca=/etc/ssl/own-ca.pem&format=text',
      doc: 'TLS with an own certificate authority.',
      config: { transport: 'tls', host: 'logs.example.org', port: 6514, ca: '/etc/ssl/own-ca.pem', ...presets(), format: 'text' },
    },
    {
      spec: 'syslog+tcp://arcsight.example.org:514?format=cef&framing=newline',
      doc: 'CEF over TCP, to a SIEM that ends messages at a new line.',
      config: { transport: 'tcp', host: 'arcsight.example.org', port: 514, ...presets(), framing: 'newline', format: 'cef' },
    },
    {
      spec: 'syslog+unix:///run/syslog-stream?facility=authpriv',
      doc: 'A Unix socket on this host.',
      config: { transport: 'unix', host: 'localhost', ...presets(), path: '/run/syslog-stream', facility: 'authpriv' },
    },
  ],
  settingsOf: (spec) => ({ transport: transportOf(spec), host: spec.host, port: spec.port, path: spec.path }),
  open: (config, context) => {
    const link = openLink(config, context)
    const message = createSyslogMessage({
      facility: config.facility,
      appName: config.app,
      processId: context.processId,
      header: config.header ?? (config.format === 'cef' || config.format === 'leef' ? 'rfc3164' : 'rfc5424'),
      render: renderer(config.format, 'none'),
      maxBytes: config.maxMessage,
    })
    return { write: (finding) => link.send(message(finding)), stats: link.stats, close: link.close }
  },
})

function transportOf(spec: OutputSpec): string {
  return spec.scheme === 'syslog' ? 'udp' : spec.scheme.replace('syslog+', '')
}

/** What the schema fills in, for the examples. */
function presets() {
  return { path: '/dev/log', facility: 'local0', app: 'tarsier', format: 'json', maxQueued: 10_000, maxMessage: 60_000 }
}

function openLink(config: SyslogConfig, { log, datagramSender }: OutputContext): SyslogLink {
  const port = config.port ?? PORTS[config.transport]
  const server = config.transport === 'unix' ? config.path : `${config.host}:${port}`
  const options: SyslogLinkOptions = {
    maxQueued: config.maxQueued,
    firstRetryMs: 250,
    maxRetryMs: 30_000,
    onChange: reportChange(log, server),
  }
  const framing = config.framing ?? (config.transport === 'unix' ? 'newline' : 'octets')
  switch (config.transport) {
    case 'udp':
      return createDatagramLink({ ...options, host: config.host, port })
    case 'tcp':
      return createStreamLink({ ...options, framing, connect: () => createConnection({ host: config.host, port }), ready: 'connect' })
    case 'unix': {
      const stream = () =>
        createStreamLink({ ...options, framing, connect: () => createConnection({ path: config.path }), ready: 'connect' })
      const sendDatagram = datagramSender?.()
      return sendDatagram ? createUnixLink({ ...options, path: config.path, sendDatagram, stream }) : stream()
    }
    case 'tls':
      return createStreamLink({ ...options, framing, connect: tlsConnector(config, port), ready: 'secureConnect' })
  }
}

/** Reads the certificates once, so that a wrong path is said at start. Throws AppError OUTPUT_SETTING. */
function tlsConnector(config: SyslogConfig, port: number) {
  const [ca, cert, key] = [config.ca, config.cert, config.key].map((path) => (path === undefined ? undefined : readPem(path)))
  return () =>
    connectTls({
      host: config.host,
      port,
      servername: config.serverName ?? config.host,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
    })
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new AppError(
      'OUTPUT_SETTING',
      { output: 'syslog+tls', problem: `cannot read ${path}: ${(error as Error).message}` },
      { cause: error },
    )
  }
}

function reportChange(log: Log, server: string): SyslogLinkOptions['onChange'] {
  return (error, dropped) => {
    if (error) log.error('the syslog server cannot be reached; findings wait', { server, reason: describe(error) })
    else log.info('the syslog server can be reached again', { server, lost: dropped })
  }
}

/** Without the native addon datagram sockets cannot be opened, and /dev/log is one with rsyslog and journald. */
function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'EPROTOTYPE')
    return 'it is a datagram socket, which takes the native addon (npm run setup); or let the server listen on UDP and use syslog://127.0.0.1'
  return error.message
}
