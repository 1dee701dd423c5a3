import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { safeJson } from '../lib/escape.ts'
import { refused, type SendOutcome } from './delivery/outcome.ts'
import { needSecret, secretSettings } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { JSON_FORMATS, renderer } from './formats/formats.ts'
import type { HttpAnswer } from './http/http-client.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { outcomeOf, reasonOf } from './http/http-outcome.ts'
import { httpSettings, httpSettingsOf, urlOf } from './http/http-settings.ts'
import { defineOutput } from './output.ts'

const PORT = 8088

const schema = z.strictObject({
  ...httpSettings({ port: PORT }),
  ...secretSettings('token', 'the token of the HTTP Event Collector.'),
  index: z.string().min(1).max(255).optional().describe('Index for the findings. Default: that of the token.'),
  sourcetype: z.string().min(1).max(255).default('tarsier:finding').describe('Their sourcetype. Default: tarsier:finding.'),
  format: z
    .enum(JSON_FORMATS)
    .default('json')
    .describe('What an event is: json (Falco’s keys and ours), ocsf (Detection Finding of OCSF 1.8) or ecs. Default: json.'),
  ...deliverySettings(),
})

const PRESETS = { transport: 'https', insecure: false, proxy: false, sourcetype: 'tarsier:finding', format: 'json', ...deliveryPresets() }

/** Findings to Splunk. */
export const splunk = defineOutput({
  name: 'splunk',
  schemes: ['splunk', 'splunk+http'],
  doc: 'Sends findings to the HTTP Event Collector of Splunk, up to 100 in a request, each as one event with time, host, source and sourcetype. Written means that the collector took them; indexer acknowledgement is not asked for.',
  schema,
  examples: [
    {
      spec: 'splunk://splunk.example.org?tokenFile=/etc/tarsier/splunk-token&index=security',
      doc: 'HTTPS, port 8088, into an index of its own.',
      config: { ...PRESETS, host: 'splunk.example.org', tokenFile: '/etc/tarsier/splunk-token', index: 'security' },
    },
  ],
  settingsOf: httpSettingsOf,
  open: (config, context) => {
    const token = needSecret({ output: 'splunk', name: 'token', file: config.tokenFile, env: config.tokenEnv }, context.log)
    const render = renderer(config.format, 'full')
    return createHttpDelivery({
      output: 'splunk',
      config,
      context,
      url: () => urlOf(config, '/services/collector/event', { output: 'splunk', defaultPort: PORT }),
      secrets: [token],
      maxBatch: 100,
      maxWaitMs: 1000,
      judge,
      request: (batch) => ({
        headers: { 'content-type': 'application/json', authorization: `Splunk ${token.value()}` },
        body: batch.map((finding) => eventOf(finding, render(finding), config)).join('\n'),
      }),
    })
  },
})

/** One after another, without a list around. Times are seconds. */
function eventOf(
  finding: Finding,
  event: string,
  { index, sourcetype }: { readonly index?: string | undefined; readonly sourcetype: string },
): string {
  const head = safeJson({
    time: Number((finding.timeNs / 1e9).toFixed(6)),
    host: finding.hostname,
    source: 'tarsier',
    sourcetype,
    index,
    fields: { rule: finding.rule, priority: finding.priority },
  })
  return `${head.slice(0, -1)},"event":${event}}`
}

/** `Incorrect index`: no finding is at fault. */
const WRONG_INDEX = 7

function judge(answer: HttpAnswer): SendOutcome {
  const isAboutAll = answer.status === 400 && /"code"\s*:\s*(\d+)/.exec(answer.body)?.[1] === String(WRONG_INDEX)
  return isAboutAll ? refused(reasonOf(answer), { perFinding: false }) : outcomeOf(answer)
}
