import { z } from 'zod'
import type { Finding, Priority } from '../findings/finding.ts'
import { safeJson } from '../lib/escape.ts'
import { alertKeyOf } from './alert-key.ts'
import { clipReplaced, HTML_ESCAPES } from './clip.ts'
import { needSecret, secretSettings } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { factsOf } from './finding-facts.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { httpSettings, httpSettingsOf, urlOf } from './http/http-settings.ts'
import { defineOutput } from './output.ts'

const PRESETS = { minPriority: 'warning', maxPerMinute: 60 } as const
const HOST = 'api.opsgenie.com'

const schema = z.strictObject({
  ...httpSettings({ host: HOST }),
  ...secretSettings('token', 'the key of an API integration.'),
  ...deliverySettings(PRESETS),
})

/** Findings as alerts of Opsgenie. */
export const opsgenie = defineOutput({
  name: 'opsgenie',
  schemes: ['opsgenie', 'opsgenie+http'],
  doc: 'Creates an alert of Opsgenie (Alert API) for each finding. Equal findings of one host, those that Tarsier would fold, come to the same alert. For accounts in Europe the host is api.eu.opsgenie.com.',
  schema,
  examples: [
    {
      spec: 'opsgenie?tokenFile=/etc/tarsier/opsgenie-key',
      doc: 'Findings from warning on, at most 60 in a minute.',
      config: {
        transport: 'https',
        host: HOST,
        insecure: false,
        proxy: false,
        tokenFile: '/etc/tarsier/opsgenie-key',
        ...deliveryPresets(PRESETS),
      },
    },
  ],
  settingsOf: httpSettingsOf,
  open: (config, context) => {
    const token = needSecret({ output: 'opsgenie', name: 'token', file: config.tokenFile, env: config.tokenEnv }, context.log)
    return createHttpDelivery({
      output: 'opsgenie',
      config,
      context,
      url: () => urlOf(config, '/v2/alerts', { output: 'opsgenie' }),
      secrets: [token],
      maxBatch: 1,
      maxWaitMs: 0,
      request: (batch) => ({
        headers: { 'content-type': 'application/json', authorization: `GenieKey ${token.value()}` },
        body: batch.map((finding) => safeJson(alertOf(finding))).join(''),
      }),
    })
  },
})

/** Limits of the Alert API, in characters. */
const MAX = { message: 130, entity: 512, description: 15_000, tags: 20, tag: 50, detail: 500, source: 100 } as const

/** Opsgenie shows HTML in messages and descriptions: what comes from outside is escaped. */
const text = (value: string, max: number): string => clipReplaced(value, max, HTML_ESCAPES)

/** Details hold 8000 characters in all: thirteen facts at most, of which few are long. */
function alertOf(finding: Finding): unknown {
  const facts = factsOf(finding).map(({ label, value }) => [label, text(value, MAX.detail)] as const)
  return {
    message: text(`${finding.rule} on ${finding.hostname}`, MAX.message),
    alias: alertKeyOf(finding),
    description: text(finding.output, MAX.description),
    entity: text(finding.workload?.containerName ?? finding.hostname, MAX.entity),
    source: 'tarsier',
    priority: PRIORITIES[finding.priority],
    tags: finding.tags.slice(0, MAX.tags).map((tag) => text(tag.replaceAll(',', ' '), MAX.tag)),
    details: Object.fromEntries(facts),
  }
}

const PRIORITIES: Readonly<Record<Priority, 'P1' | 'P2' | 'P3' | 'P4' | 'P5'>> = {
  emergency: 'P1',
  alert: 'P1',
  critical: 'P1',
  error: 'P2',
  warning: 'P3',
  notice: 'P4',
  informational: 'P5',
  debug: 'P5',
}
