import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { AppError } from '../lib/app-error.ts'
import { later, refused, type SendOutcome } from './delivery/outcome.ts'
import { openSecret, type Secret, secretSettings, withoutSecrets } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { createDelivery } from './delivery.ts'
import { httpSettings } from './http/http-settings.ts'
import { mailSubject, mailText } from './mail-text.ts'
import { defineOutput } from './output.ts'
import { requireSafePlain } from './plain-transport.ts'
import { countSetting, flagSetting } from './settings.ts'
import { readTls, type TlsOptions, tlsSettings } from './tls.ts'

const PORTS = { starttls: 587, tls: 465, plain: 25 } as const
const MAX_RECIPIENTS = 20
const WAIT_SECONDS = 30

/** The usual form of RFC 5321, without quotes, comments and names: nothing in it can end a header or a command. */
const address = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, 'must be an address such as soc@example.org')

const schema = z.strictObject({
  transport: z
    .enum(['starttls', 'tls', 'plain'])
    .describe('From the scheme: smtp (STARTTLS, without which nothing is sent), smtps (TLS from the start) or smtp+plain.'),
  host: httpSettings().host,
  port: z.coerce.number().int().min(1).max(65_535).optional().describe('Default: 587; for smtps 465, for smtp+plain 25.'),
  from: address.describe('Address that mails come from.'),
  to: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(address).min(1).max(MAX_RECIPIENTS))
    .describe(`Addresses that mails go to, commas between, at most ${MAX_RECIPIENTS}.`),
  user: z.string().min(1).max(255).optional().describe('Name to log in with.'),
  ...secretSettings('password', 'the password of the user.'),
  subjectPrefix: z
    .string()
    .max(50)
    .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII')
    .default('[tarsier]')
    .describe('What subjects begin with. Default: [tarsier].'),
  wait: countSetting('Seconds that the first finding waits for others, to go in one mail with them.', WAIT_SECONDS, 3600),
  insecure: flagSetting('Allows plain connections, which everybody on the way can read and change, to other hosts than this one.'),
  ...tlsSettings(),
  ...deliverySettings({ minPriority: 'warning', maxPerMinute: 60 }),
})

const PRESETS = {
  subjectPrefix: '[tarsier]',
  wait: WAIT_SECONDS,
  insecure: false,
  ...deliveryPresets({ minPriority: 'warning', maxPerMinute: 60 }),
}

/** Findings by mail. */
export const smtp = defineOutput({
  name: 'smtp',
  schemes: ['smtp', 'smtps', 'smtp+plain'],
  doc: 'Sends findings by mail, as plain text: one mail for all that come within the wait, the worst first. Nothing goes without TLS but to this host.',
  schema,
  examples: [
    {
      spec: 'smtp://mail.example.org?from=tarsier@example.org&to=soc@example.org&user=tarsier&passwordFile=/etc/tarsier/mail-password',
      doc: 'Port 587 with STARTTLS and a password; findings of priority warning and above.',
      config: {
        ...PRESETS,
        transport: 'starttls',
        host: 'mail.example.org',
        from: 'tarsier@example.org',
        to: ['soc@example.org'],
        user: 'tarsier',
        passwordFile: '/etc/tarsier/mail-password',
      },
    },
    {
      spec: 'smtp+plain://127.0.0.1?from=tarsier@example.org&to=soc@example.org,oncall@example.org&minPriority=critical&wait=0',
      doc: 'The mail server of this host; only what is critical or worse, each at once.',
      config: {
        ...PRESETS,
        transport: 'plain',
        host: '127.0.0.1',
        from: 'tarsier@example.org',
        to: ['soc@example.org', 'oncall@example.org'],
        minPriority: 'critical',
        wait: 0,
      },
    },
  ],
  settingsOf: ({ scheme, host, port }) => ({ transport: { smtps: 'tls', 'smtp+plain': 'plain' }[scheme] ?? 'starttls', host, port }),
  open: (config, context) => {
    const output = 'smtp'
    const { transport, host, insecure, user } = config
    if (transport === 'plain') requireSafePlain({ output, host, insecure })
    const password = openSecret({ output, name: 'password', file: config.passwordFile, env: config.passwordEnv }, context.log)
    if ((user === undefined) !== (password === undefined))
      throw new AppError('OUTPUT_SETTING', { output, problem: 'user and passwordFile (or passwordEnv) belong together' })
    const tls = readTls(output, config)
    return createDelivery({
      name: `${output}-${host}`,
      settings: config,
      context,
      maxBatch: 100,
      maxWaitMs: config.wait * 1000,
      send: async (batch, signal) => {
        const outcome = await sendMail({ config, batch, signal, tls, password })
        if (outcome?.kind === 'sent' || outcome?.kind === 'parts' || outcome === undefined) return outcome
        return { ...outcome, reason: withoutSecrets(outcome.reason, [password]) }
      },
      reopen: () => password?.reload(),
    })
  },
})

interface Mail {
  readonly config: z.infer<typeof schema>
  readonly batch: readonly Finding[]
  readonly signal: AbortSignal
  readonly tls: TlsOptions
  readonly password: Secret | undefined
}

const CONNECT_MS = 10_000
const ANSWER_MS = 20_000

/** One connection a mail; the client is loaded with the first: most agents have no such output, and memory is dear there. */
async function sendMail({ config, batch, signal, tls, password }: Mail): Promise<SendOutcome | undefined> {
  const { transport, host, port, user, from, to, subjectPrefix } = config
  const { createTransport } = await import('nodemailer')
  const client = createTransport({
    host,
    port: port ?? PORTS[transport],
    secure: transport === 'tls',
    requireTLS: transport === 'starttls',
    ignoreTLS: transport === 'plain',
    ...(user !== undefined && { auth: { user, pass: password?.value() ?? '' } }),
    tls,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const hangUp = (): void => client.close()
  signal.addEventListener('abort', hangUp, { once: true })
  try {
    await client.sendMail({
      from,
      to: [...to],
      subject: mailSubject(batch, subjectPrefix),
      text: mailText(batch),
      messageId: `<${idOf(batch)}@${from.slice(from.indexOf('@') + 1)}>`,
      date: new Date(Math.floor((batch[0]?.timeNs ?? 0) / 1e6)),
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    return undefined
  } catch (error) {
    return outcomeOf(error as MailError)
  } finally {
    signal.removeEventListener('abort', hangUp)
    client.close()
  }
}

/** The same when a mail is sent again, so that who gets it twice can tell. */
function idOf(batch: readonly Finding[]): string {
  return createHash('sha256')
    .update(batch.map((one) => one.id).join('\n'))
    .digest('hex')
    .slice(0, 32)
}

interface MailError extends Error {
  readonly code?: string
  /** Of the server, RFC 5321, 4.2. */
  readonly responseCode?: number
}

/**
 * 5xx is final: to the text of a mail it may be one finding’s fault, to the login, sender and recipients it is nobody’s. A server that has no
 * TLS may not be the right one: findings wait.
 */
function outcomeOf({ message, code, responseCode = 0 }: MailError): SendOutcome {
  return responseCode >= 500 && code !== 'ETLS' ? refused(message, { perFinding: code === 'EMESSAGE' }) : later(message)
}
