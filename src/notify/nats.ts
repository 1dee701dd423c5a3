import { accessSync, constants } from 'node:fs'
import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { AppError } from '../lib/app-error.ts'
import { openSecret, secretSettings, withoutSecrets } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { createDelivery } from './delivery.ts'
import { renderer } from './formats/formats.ts'
import { httpSettings } from './http/http-settings.ts'
import { createNatsLink } from './nats-link.ts'
import { defineOutput } from './output.ts'
import { requireSafePlain } from './plain-transport.ts'
import { flagSetting, formatSetting } from './settings.ts'
import { readTls, tlsSettings } from './tls.ts'

const PORT = 4222
const SUBJECT = 'tarsier.findings'

/** What stands in place of {name} in a subject; each is one token. */
const PARTS: Readonly<Record<string, (finding: Finding) => string>> = {
  host: ({ hostname }) => hostname,
  priority: ({ priority }) => priority,
  source: ({ source }) => source,
}

const schema = z.strictObject({
  transport: z.enum(['tls', 'plain']).describe('From the scheme: tls, or plain where it ends in +plain.'),
  host: httpSettings().host,
  port: z.coerce.number().int().min(1).max(65_535).default(PORT).describe(`Default: ${PORT}.`),
  subject: z
    .string()
    .max(255)
    .regex(/^(?:[A-Za-z0-9_-]|\{(?:host|priority|source)\})+(?:\.(?:[A-Za-z0-9_-]|\{(?:host|priority|source)\})+)*$/, 'must be a subject')
    .default(SUBJECT)
    .describe(
      `Subject of the messages, also what follows the host: //HOST/SUBJECT. {host}, {priority} and {source} are those of the finding. Default: ${SUBJECT}.`,
    ),
  jetstream: flagSetting(
    'A stream must acknowledge each message. Without it, a message counts as written when the server has it, though nobody may listen.',
  ),
  format: formatSetting,
  user: z.string().min(1).max(255).optional().describe('Name to log in with.'),
  ...secretSettings('password', 'the password of the user.'),
  ...secretSettings('token', 'the token to log in with.'),
  creds: z.string().min(1).optional().describe('File with credentials (JWT and seed), as nsc makes it.'),
  insecure: flagSetting('Allows plain connections, which everybody on the way can read and change, to other hosts than this one.'),
  ...tlsSettings(),
  ...deliverySettings(),
})

const PRESETS = { port: PORT, subject: SUBJECT, jetstream: false, format: 'json', insecure: false, ...deliveryPresets() }

/** Findings to NATS. */
export const nats = defineOutput({
  name: 'nats',
  schemes: ['nats', 'nats+plain'],
  doc: 'Publishes each finding as one message of NATS, over TLS. With jetstream=true a stream acknowledges it. The id of a message is that of its finding (Nats-Msg-Id): a stream keeps one that is sent twice once.',
  schema,
  examples: [
    {
      spec: 'nats://nats.example.org/security.{priority}?jetstream=true&creds=/etc/tarsier/nats.creds',
      doc: 'Into a stream, the priority in the subject.',
      config: {
        ...PRESETS,
        transport: 'tls',
        host: 'nats.example.org',
        subject: 'security.{priority}',
        jetstream: true,
        creds: '/etc/tarsier/nats.creds',
      },
    },
    {
      spec: 'nats+plain://127.0.0.1:4222',
      doc: 'A server on this host.',
      config: { ...PRESETS, transport: 'plain', host: '127.0.0.1' },
    },
  ],
  settingsOf: (spec) => ({
    transport: spec.scheme.endsWith('+plain') ? 'plain' : 'tls',
    host: spec.host,
    port: spec.port,
    subject: spec.path?.replace(/^\//, '') || undefined,
  }),
  open: (config, context) => {
    const output = 'nats'
    const { transport, host, port, insecure, jetstream, user, creds } = config
    if (transport === 'plain') requireSafePlain({ output, host, insecure })
    if (creds !== undefined) requireReadable(output, creds)
    const { log } = context
    const password = openSecret({ output, name: 'password', file: config.passwordFile, env: config.passwordEnv }, log)
    const token = openSecret({ output, name: 'token', file: config.tokenFile, env: config.tokenEnv }, log)
    const link = createNatsLink({
      host,
      port,
      jetstream,
      tls: transport === 'tls' ? readTls(output, config) : undefined,
      login: () => ({
        ...(user !== undefined && { user }),
        ...(password && { pass: password.value() }),
        ...(token && { token: token.value() }),
        ...(creds !== undefined && { creds }),
      }),
    })
    const render = renderer(config.format, 'full')
    return createDelivery({
      name: `${output}-${host}`,
      settings: config,
      context,
      maxBatch: 100,
      maxWaitMs: 200,
      send: async (batch, signal) => {
        const messages = batch.map((finding) => ({ id: finding.id, subject: subjectOf(config.subject, finding), text: render(finding) }))
        try {
          return await link.publish(messages, signal)
        } catch (error) {
          throw Object.assign(error as Error, { message: withoutSecrets((error as Error).message, [password, token]) })
        }
      },
      reopen: () => {
        password?.reload()
        token?.reload()
      },
      end: link.close,
    })
  },
})

/** Tokens hold no dots, blanks or wildcards. */
function subjectOf(pattern: string, finding: Finding): string {
  return pattern.replace(
    /\{(\w+)\}/g,
    (_, name: string) => (PARTS[name]?.(finding) ?? '').replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 100) || '_',
  )
}

/** So that a wrong path is said at start. Throws AppError OUTPUT_SETTING. */
function requireReadable(output: string, path: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    throw new AppError('OUTPUT_SETTING', { output, problem: `cannot read ${path}: ${(cause as Error).message}` }, { cause })
  }
}
