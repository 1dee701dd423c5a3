import { z } from 'zod'
import type { Finding, Priority } from '../findings/finding.ts'
import { safeJson } from '../lib/escape.ts'
import { rfc3339Micro } from '../lib/time-format.ts'
import { alertKeyOf } from './alert-key.ts'
import { clipLine } from './clip.ts'
import { needSecret, secretSettings } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { factsOf } from './finding-facts.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { httpSettings, httpSettingsOf, urlOf } from './http/http-settings.ts'
import { defineOutput } from './output.ts'

const PRESETS = { minPriority: 'warning', maxPerMinute: 60 } as const
const HOST = 'events.pagerduty.com'

const schema = z.strictObject({
  ...httpSettings({ host: HOST }),
  ...secretSettings('token', 'the integration key (routing key) of an Events API v2 integration.'),
  ...deliverySettings(PRESETS),
})

/** Findings as alerts of PagerDuty. */
export const pagerduty = defineOutput({
  name: 'pagerduty',
  schemes: ['pagerduty', 'pagerduty+http'],
  doc: 'Triggers an alert of PagerDuty (Events API v2) for each finding. Equal findings of one host, those that Tarsier would fold, come to the same alert. For accounts in Europe the host is events.eu.pagerduty.com.',
  schema,
  examples: [
    {
      spec: 'pagerduty?tokenFile=/etc/tarsier/pagerduty-key',
      doc: 'Findings from warning on, at most 60 in a minute.',
      config: {
        transport: 'https',
        host: HOST,
        insecure: false,
        proxy: false,
        tokenFile: '/etc/tarsier/pagerduty-key',
        ...deliveryPresets(PRESETS),
      },
    },
    {
      spec: 'pagerduty://events.eu.pagerduty.com?tokenEnv=PAGERDUTY_KEY&minPriority=critical',
      doc: 'An account in Europe, what is critical alone.',
      config: {
        transport: 'https',
        host: 'events.eu.pagerduty.com',
        insecure: false,
        proxy: false,
        tokenEnv: 'PAGERDUTY_KEY',
        ...deliveryPresets({ ...PRESETS, minPriority: 'critical' }),
      },
    },
  ],
  settingsOf: httpSettingsOf,
  open: (config, context) => {
    const token = needSecret({ output: 'pagerduty', name: 'token', file: config.tokenFile, env: config.tokenEnv }, context.log)
    return createHttpDelivery({
      output: 'pagerduty',
      config,
      context,
      url: () => urlOf(config, '/v2/enqueue', { output: 'pagerduty' }),
      secrets: [token],
      maxBatch: 1,
      maxWaitMs: 0,
      request: (batch) => ({
        headers: { 'content-type': 'application/json' },
        body: batch.map((finding) => safeJson(eventOf(finding, token.value()))).join(''),
      }),
    })
  },
})

/** Limits of the Events API v2: `summary` 1024, `dedup_key` 255 characters, 512 KB in all. */
const MAX_SUMMARY = 1024
const MAX_DETAIL = 8000

function eventOf(finding: Finding, routingKey: string): unknown {
  const facts = factsOf(finding).map(({ label, value }) => [label.toLowerCase(), value] as const)
  return {
    routing_key: routingKey,
    event_action: 'trigger',
    dedup_key: alertKeyOf(finding),
    client: 'Tarsier',
    payload: {
      summary: clipLine(`${finding.rule}: ${finding.output}`, MAX_SUMMARY),
      source: clipLine(finding.hostname, 255) || 'unknown',
      severity: SEVERITIES[finding.priority],
      timestamp: rfc3339Micro(finding.timeNs),
      component: clipLine(finding.workload?.containerName ?? finding.lineage[0]?.name ?? finding.source, 255),
      group: clipLine(finding.workload?.podNamespace ?? finding.hostname, 255),
      class: clipLine(finding.rule, 255),
      custom_details: { output: clipLine(finding.output, MAX_DETAIL), priority: finding.priority, ...Object.fromEntries(facts) },
    },
  }
}

const SEVERITIES: Readonly<Record<Priority, 'critical' | 'error' | 'warning' | 'info'>> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  notice: 'info',
  informational: 'info',
  debug: 'info',
}
