import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { safeJson } from '../lib/escape.ts'
import { clipLine } from './clip.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { renderer } from './formats/formats.ts'
import { authSettings, openAuth } from './http/http-auth.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { httpSettings, httpSettingsOf, urlOf } from './http/http-settings.ts'
import { defineOutput } from './output.ts'
import { formatSetting } from './settings.ts'

const PORT = 3100

const schema = z.strictObject({
  ...httpSettings({ port: PORT }),
  path: z.string().default('/loki/api/v1/push').describe('Path of the push API. Default: /loki/api/v1/push.'),
  tenant: z
    .string()
    .regex(/^[\x21-\x7e]{1,150}$/, 'must be the name of a tenant')
    .optional()
    .describe('Tenant (X-Scope-OrgID), where Loki has several.'),
  job: z.string().min(1).max(100).default('tarsier').describe('Value of the label job. Default: tarsier.'),
  format: formatSetting,
  ...authSettings(),
  ...deliverySettings(),
})

const PRESETS = { insecure: false, proxy: false, path: '/loki/api/v1/push', job: 'tarsier', format: 'json', ...deliveryPresets() }

/** Findings to Grafana Loki. */
export const loki = defineOutput({
  name: 'loki',
  schemes: ['loki', 'loki+http'],
  doc: 'Sends findings to Grafana Loki, up to 100 in a request. Labels are job, host, priority and source alone: what whoever is watched can choose, or what has many values, stands in the line and not in a label, or it could make streams without end.',
  schema,
  examples: [
    {
      spec: 'loki://logs.example.org:443?tenant=security&user=tarsier&passwordFile=/etc/tarsier/loki-password',
      doc: 'HTTPS with a password, one tenant of several.',
      config: {
        ...PRESETS,
        transport: 'https',
        host: 'logs.example.org',
        port: 443,
        tenant: 'security',
        user: 'tarsier',
        passwordFile: '/etc/tarsier/loki-password',
      },
    },
    {
      spec: 'loki+http://127.0.0.1',
      doc: 'Loki on this host, port 3100.',
      config: { ...PRESETS, transport: 'http', host: '127.0.0.1' },
    },
  ],
  settingsOf: (spec) => ({ ...httpSettingsOf(spec), path: spec.path }),
  open: (config, context) => {
    const auth = openAuth(config, { output: 'loki', log: context.log })
    const render = renderer(config.format, 'none')
    const tenant = config.tenant === undefined ? {} : { 'x-scope-orgid': config.tenant }
    return createHttpDelivery({
      output: 'loki',
      config,
      context,
      url: () => urlOf(config, config.path, { output: 'loki', defaultPort: PORT }),
      secrets: auth.secrets,
      maxBatch: 100,
      maxWaitMs: 1000,
      request: (batch) => ({
        headers: { 'content-type': 'application/json', ...tenant, ...auth.headers() },
        body: safeJson({ streams: streamsOf(batch, config.job, render) }),
      }),
    })
  },
})

/** One stream for each set of labels: `{ stream: labels, values: [[ns since 1970 as text, line], …] }`. */
function streamsOf(batch: readonly Finding[], job: string, render: (finding: Finding) => string): readonly unknown[] {
  const streams = new Map<string, { readonly stream: Readonly<Record<string, string>>; readonly values: [string, string][] }>()
  for (const finding of batch) {
    const { priority, source } = finding
    const host = clipLine(finding.hostname, 255)
    const key = `${host}\0${priority}\0${source}`
    const stream = streams.get(key) ?? { stream: { job, host, priority, source: clipLine(source, 100) }, values: [] }
    streams.set(key, stream)
    stream.values.push([String(BigInt(Math.trunc(finding.timeNs))), render(finding)])
  }
  return [...streams.values()]
}
