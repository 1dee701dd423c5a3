import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'
import { openSecret, secretSettings, withoutSecrets } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { createDelivery } from './delivery.ts'
import { renderer } from './formats/formats.ts'
import { httpSettings } from './http/http-settings.ts'
import type { Broker } from './kafka/connection.ts'
import { defineOutput } from './output.ts'
import { requireSafePlain } from './plain-transport.ts'
import { flagSetting, formatSetting } from './settings.ts'
import { readTls, tlsSettings } from './tls.ts'

const PORT = 9092
const TOPIC = 'tarsier-findings'
const MAX_BROKERS = 20

const schema = z.strictObject({
  transport: z.enum(['tls', 'plain']).describe('From the scheme: tls, or plain where it ends in +plain.'),
  host: httpSettings().host,
  port: z.coerce.number().int().min(1).max(65_535).default(PORT).describe(`Default: ${PORT}.`),
  brokers: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.string().regex(/^[A-Za-z0-9._-]{1,253}:\d{1,5}$/, 'must be HOST:PORT')).max(MAX_BROKERS))
    .optional()
    .describe(
      'Further brokers to ask where the first does not answer: HOST:PORT, commas between. The others of the cluster are found by themselves.',
    ),
  topic: z
    .string()
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, 'must be the name of a topic')
    .default(TOPIC)
    .describe(`The topic, also what follows the host: //HOST/TOPIC. It must be there. Default: ${TOPIC}.`),
  format: formatSetting,
  compression: z.enum(['gzip', 'none']).default('gzip').describe('How batches are compressed. Default: gzip.'),
  mechanism: z
    .enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
    .default('SCRAM-SHA-512')
    .describe('How to log in (SASL), where there is a user. Default: SCRAM-SHA-512.'),
  user: z.string().min(1).max(255).optional().describe('Name to log in with.'),
  ...secretSettings('password', 'the password of the user.'),
  insecure: flagSetting('Allows plain connections, which everybody on the way can read and change, to other hosts than this one.'),
  ...tlsSettings(),
  ...deliverySettings(),
})

/** Of a batch, by what findings take in memory: brokers take a MiB if nobody has told them otherwise. */
const MAX_BATCH_BYTES = 512 * 1024

const PRESETS = {
  port: PORT,
  topic: TOPIC,
  format: 'json',
  compression: 'gzip',
  mechanism: 'SCRAM-SHA-512',
  insecure: false,
  ...deliveryPresets(),
}

/** Findings to Kafka. */
export const kafka = defineOutput({
  name: 'kafka',
  schemes: ['kafka', 'kafka+plain'],
  doc: 'Writes findings into a topic of Kafka (1.0 to 4) or of what speaks its protocol, over TLS: one record each, its key being the host, so that those of a host stay in order. All replicas in sync must acknowledge, and a batch that is sent twice is taken once.',
  schema,
  examples: [
    {
      spec: 'kafka://kafka-1.example.org:9093/security?brokers=kafka-2.example.org:9093&user=tarsier&passwordFile=/etc/tarsier/kafka-password&format=ocsf',
      doc: 'TLS and SCRAM-SHA-512, OCSF as the value.',
      config: {
        ...PRESETS,
        transport: 'tls',
        host: 'kafka-1.example.org',
        port: 9093,
        brokers: ['kafka-2.example.org:9093'],
        topic: 'security',
        format: 'ocsf',
        user: 'tarsier',
        passwordFile: '/etc/tarsier/kafka-password',
      },
    },
    {
      spec: 'kafka+plain://127.0.0.1:9092/tarsier-findings?minPriority=warning',
      doc: 'A broker on this host.',
      config: { ...PRESETS, transport: 'plain', host: '127.0.0.1', minPriority: 'warning' },
    },
  ],
  settingsOf: ({ scheme, host, port, path }) => ({
    transport: scheme.endsWith('+plain') ? 'plain' : 'tls',
    host,
    port,
    topic: path?.replace(/^\//, '') || undefined,
  }),
  open: (config, context) => {
    const output = 'kafka'
    const { transport, host, port, insecure, user, mechanism, topic, compression } = config
    const requireSafe = (one: string): void => {
      if (transport === 'plain') requireSafePlain({ output, host: one, insecure })
    }
    const brokers = [{ host, port }, ...(config.brokers ?? []).map(brokerOf)]
    for (const one of brokers) requireSafe(one.host)
    const password = openSecret({ output, name: 'password', file: config.passwordFile, env: config.passwordEnv }, context.log)
    if ((user === undefined) !== (password === undefined))
      throw new AppError('OUTPUT_SETTING', { output, problem: 'user and passwordFile (or passwordEnv) belong together' })
    const tls = transport === 'tls' ? readTls(output, config) : undefined
    const login = () => (user === undefined || password === undefined ? undefined : { mechanism, user, password: password.value() })
    /** Loaded with the first batch: most agents have no such output. */
    const open = async () => (await import('./kafka/producer.ts')).createProducer({ brokers, topic, compression, tls, login, requireSafe })
    let producer: ReturnType<typeof open> | undefined
    const render = renderer(config.format, 'full')
    return createDelivery({
      name: `${output}-${host}`,
      settings: config,
      context,
      maxBatch: 200,
      maxWaitMs: 500,
      limits: { maxBatchBytes: MAX_BATCH_BYTES },
      send: async (batch, signal) => {
        const records = batch.map((finding) => ({
          key: finding.hostname,
          value: render(finding),
          timeMs: Math.floor(finding.timeNs / 1e6),
          headers: { id: finding.id, format: config.format },
        }))
        producer ??= open()
        try {
          return await (await producer).send(records, idOf(batch.map(({ id }) => id)), signal)
        } catch (error) {
          throw Object.assign(error as Error, { message: withoutSecrets((error as Error).message, [password]) })
        }
      },
      reopen: () => password?.reload(),
      end: async () => (await producer)?.close(),
    })
  },
})

const idOf = (ids: readonly string[]): string => createHash('sha256').update(ids.join('\n')).digest('hex')

function brokerOf(text: string): Broker {
  const [host = '', port = ''] = text.split(':')
  return { host, port: Number(port) }
}
