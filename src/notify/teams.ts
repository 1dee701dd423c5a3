import { z } from 'zod'
import type { Finding, Priority } from '../findings/finding.ts'
import { PRIORITY_LABEL } from '../findings/priority.ts'
import { safeJson } from '../lib/escape.ts'
import { clipLine } from './clip.ts'
import { needSecret, secretSettings } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { factsOf } from './finding-facts.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { noTarget, secretUrlSettings, urlOfSecret } from './http/http-settings.ts'
import { defineOutput } from './output.ts'

const PRESETS = { minPriority: 'notice', maxPerMinute: 30 } as const

const schema = z.strictObject({
  ...secretSettings('url', 'the URL of the workflow.'),
  ...secretUrlSettings(),
  ...deliverySettings(PRESETS),
})

/** Findings to a Microsoft Teams channel, through a workflow. */
export const teams = defineOutput({
  name: 'teams',
  schemes: ['teams'],
  doc: 'Writes findings into a Microsoft Teams channel as Adaptive Cards, through a workflow that begins when a webhook request is received; up to four in a card. Names and arguments of processes are shown as they are, without Markdown: they cannot mention anybody or make links.',
  schema,
  examples: [
    {
      spec: 'teams?urlFile=/etc/tarsier/teams-url',
      doc: 'Findings from notice on, at most 30 in a minute.',
      config: { urlFile: '/etc/tarsier/teams-url', insecure: false, proxy: false, ...deliveryPresets(PRESETS) },
    },
  ],
  settingsOf: noTarget,
  open: (config, context) => {
    const secret = needSecret({ output: 'teams', name: 'url', file: config.urlFile, env: config.urlEnv }, context.log)
    return createHttpDelivery({
      output: 'teams',
      config,
      context,
      url: () => urlOfSecret(secret, { output: 'teams', insecure: config.insecure }),
      secrets: [secret],
      maxBatch: MAX_FINDINGS,
      maxWaitMs: 1000,
      request: (batch) => ({ headers: { 'content-type': 'application/json' }, body: messageOf(batch) }),
    })
  },
})

const MAX_FINDINGS = 4
/** A message has 28 KB at most (learn.microsoft.com, webhooks and connectors); some of it is left for what Teams adds. */
const MAX_BYTES = 26 * 1024
const MAX_TEXT = 2000

/** Texts are cut until the message fits: characters have one to four bytes, escapes up to twelve. */
function messageOf(batch: readonly Finding[]): string {
  for (let max = MAX_TEXT; ; max = Math.floor(max / 2)) {
    const text = safeJson({ type: 'message', attachments: [attachment(batch, max)] })
    if (Buffer.byteLength(text) <= MAX_BYTES || max < 20) return text
  }
}

function attachment(batch: readonly Finding[], maxText: number): unknown {
  return {
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content: {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: batch.map((finding, index) => container(finding, maxText, index > 0)),
      msteams: { width: 'Full' },
    },
  }
}

/** Rich text alone: in it Markdown means nothing (adaptivecards.io, TextRun), whereas text blocks and fact sets would make links of it. */
function container(finding: Finding, maxText: number, separator: boolean): unknown {
  const facts = factsOf(finding).flatMap(({ label, value }) => [
    { type: 'TextRun', text: `${label}: `, isSubtle: true, size: 'small' },
    { type: 'TextRun', text: `${clipLine(value, Math.min(300, maxText))}   `, size: 'small' },
  ])
  return {
    type: 'Container',
    separator,
    style: STYLES[finding.priority],
    items: [
      rich([
        {
          type: 'TextRun',
          text: `${PRIORITY_LABEL[finding.priority]}: ${clipLine(finding.rule, Math.min(200, maxText))}`,
          weight: 'bolder',
        },
      ]),
      rich([{ type: 'TextRun', text: clipLine(finding.output, maxText) || ' ', fontType: 'monospace' }]),
      rich(facts),
    ],
  }
}

const rich = (inlines: readonly unknown[]): unknown => ({ type: 'RichTextBlock', inlines })

const STYLES: Readonly<Record<Priority, string>> = {
  emergency: 'attention',
  alert: 'attention',
  critical: 'attention',
  error: 'attention',
  warning: 'warning',
  notice: 'emphasis',
  informational: 'default',
  debug: 'default',
}
