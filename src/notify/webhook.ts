import { createHash, createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { AppError } from '../lib/app-error.ts'
import { openSecret, type Secret, secretSettings } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { isJson, renderer } from './formats/formats.ts'
import { authSettings, openAuth } from './http/http-auth.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { httpSettings, httpSettingsOf, urlOf, urlOfSecret } from './http/http-settings.ts'
import { defineOutput } from './output.ts'
import { countSetting, formatSetting } from './settings.ts'

const schema = z.strictObject({
  ...httpSettings(),
  host: httpSettings().host.optional().describe('Name or address of the server.'),
  path: z.string().default('/').describe('Path of the URL. Default: /.'),
  ...secretSettings('url', 'the whole URL, where it is a secret or has a query; host and path do not count then.'),
  format: formatSetting,
  batch: countSetting(
    'Findings in one request: a JSON list of them, or lines where the format is none of JSON. 1: each finding for itself, not in a list.',
    50,
    1000,
  ),
  ...secretSettings('signingKey', 'the key that signs each request, at best whsec_ and 24 to 64 bytes in base64.'),
  ...authSettings(),
  ...deliverySettings(),
})

const PRESETS = { insecure: false, proxy: false, format: 'json', batch: 50, ...deliveryPresets() }

/** Findings to whatever takes HTTP requests. */
export const webhook = defineOutput({
  name: 'webhook',
  schemes: ['webhook', 'webhook+http'],
  doc: 'Posts findings to a URL. With a key, each request is signed as Standard Webhooks (https://www.standardwebhooks.com) has it: webhook-signature is `v1,` and the HMAC-SHA256, in base64, of webhook-id, webhook-timestamp and body with dots between; webhook-id is the same when a request is sent again.',
  schema,
  examples: [
    {
      spec: 'webhook://hooks.example.org/tarsier?signingKeyFile=/etc/tarsier/webhook-key',
      doc: 'HTTPS, up to 50 findings in a request, signed.',
      config: { ...PRESETS, transport: 'https', host: 'hooks.example.org', path: '/tarsier', signingKeyFile: '/etc/tarsier/webhook-key' },
    },
    {
      spec: 'webhook+http://127.0.0.1:2801/?batch=1&minPriority=warning',
      doc: 'One finding in a request, with Falco’s keys, to a program on this host such as falcosidekick.',
      config: { ...PRESETS, transport: 'http', host: '127.0.0.1', port: 2801, path: '/', batch: 1, minPriority: 'warning' },
    },
    {
      spec: 'webhook?urlEnv=HOOK_URL&rules=*container*&maxPerMinute=60',
      doc: 'The URL is in a variable; rules with container in their names, 60 findings in a minute.',
      config: {
        ...PRESETS,
        transport: 'https',
        path: '/',
        urlEnv: 'HOOK_URL',
        rules: ['*container*'],
        maxPerMinute: 60,
      },
    },
  ],
  settingsOf: (spec) => ({ ...httpSettingsOf(spec), path: spec.path }),
  open: (config, context) => {
    const { log } = context
    const { insecure, format } = config
    const output = 'webhook'
    const target = openSecret({ output, name: 'url', file: config.urlFile, env: config.urlEnv }, log)
    const key = openSecret({ output, name: 'signingKey', file: config.signingKeyFile, env: config.signingKeyEnv }, log)
    const auth = openAuth(config, { output, log })
    const render = renderer(format, 'full')
    const maxBatch = Math.max(1, config.batch)
    const plainUrl = (): URL => {
      if (config.host === undefined) throw new AppError('OUTPUT_SETTING', { output, problem: 'a host, urlFile or urlEnv is missing' })
      return urlOf({ ...config, host: config.host }, config.path, { output })
    }
    return createHttpDelivery({
      output,
      config,
      context,
      url: () => (target === undefined ? plainUrl() : urlOfSecret(target, { output, insecure })),
      secrets: [target, key, ...auth.secrets],
      maxBatch,
      maxWaitMs: maxBatch === 1 ? 0 : 500,
      request: (batch) => {
        const texts = batch.map(render)
        const body = !isJson(format)
          ? texts.map((text) => `${text}\n`).join('')
          : maxBatch === 1
            ? (texts[0] ?? '')
            : `[${texts.join(',')}]`
        const type = isJson(format) ? 'application/json' : 'text/plain; charset=utf-8'
        return { body, headers: { 'content-type': type, ...auth.headers(), ...signature(batch, body, key) } }
      },
    })
  },
})

/** Of Standard Webhooks; without a key its id alone, by which a receiver sees that a request came twice. */
function signature(batch: readonly Finding[], body: string, key: Secret | undefined): Readonly<Record<string, string>> {
  const id = `msg_${createHash('sha256')
    .update(batch.map((one) => one.id).join('\n'))
    .digest('base64url')
    .slice(0, 27)}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const head = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (key === undefined) return head
  const mac = createHmac('sha256', keyBytes(key.value())).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { ...head, 'webhook-signature': `v1,${mac}` }
}

/** `whsec_` and base64; another text is the key as it is. */
function keyBytes(text: string): Buffer {
  return text.startsWith('whsec_') ? Buffer.from(text.slice('whsec_'.length), 'base64') : Buffer.from(text)
}
