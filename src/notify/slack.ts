import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { PRIORITY_LABEL } from '../findings/priority.ts'
import { safeJson } from '../lib/escape.ts'
import { clipReplaced } from './clip.ts'
import { needSecret, secretSettings } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { factsOf } from './finding-facts.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { noTarget, secretUrlSettings, urlOfSecret } from './http/http-settings.ts'
import { defineOutput } from './output.ts'

const PRESETS = { minPriority: 'notice', maxPerMinute: 30 } as const

const schema = z.strictObject({
  ...secretSettings('url', 'the URL of the incoming webhook.'),
  ...secretUrlSettings(),
  ...deliverySettings(PRESETS),
})

/** Findings to a Slack channel, through an incoming webhook. */
export const slack = defineOutput({
  name: 'slack',
  schemes: ['slack'],
  doc: 'Writes findings into a Slack channel through an incoming webhook, up to ten in a message. Also for what takes the same messages, such as Mattermost. Names and arguments of processes stand in code blocks: they cannot mention anybody, make links or look like something else.',
  schema,
  examples: [
    {
      spec: 'slack?urlFile=/etc/tarsier/slack-url',
      doc: 'Findings from notice on, at most 30 in a minute.',
      config: { urlFile: '/etc/tarsier/slack-url', insecure: false, proxy: false, ...deliveryPresets(PRESETS) },
    },
    {
      spec: 'slack?urlEnv=SLACK_URL&minPriority=critical&maxPerMinute=0',
      doc: 'All that are critical.',
      config: { urlEnv: 'SLACK_URL', insecure: false, proxy: false, ...deliveryPresets({ minPriority: 'critical', maxPerMinute: 0 }) },
    },
  ],
  settingsOf: noTarget,
  open: (config, context) => {
    const secret = needSecret({ output: 'slack', name: 'url', file: config.urlFile, env: config.urlEnv }, context.log)
    return createHttpDelivery({
      output: 'slack',
      config,
      context,
      url: () => urlOfSecret(secret, { output: 'slack', insecure: config.insecure }),
      secrets: [secret],
      maxBatch: MAX_FINDINGS,
      maxWaitMs: 1000,
      request: (batch) => ({ headers: { 'content-type': 'application/json' }, body: safeJson(messageOf(batch)) }),
    })
  },
})

/** Of 50 blocks that a message may have, a finding takes two, and there is a line between. */
const MAX_FINDINGS = 10
/** A text object takes 3000 characters, escapes included (docs.slack.dev, text object). */
const MAX_TEXT = 3000
const MAX_RULE = 200
const MAX_CONTEXT = 2000

/** `text` is what a notification shows: it holds the names of rules alone, nothing that whoever is watched has a say in. */
function messageOf(batch: readonly Finding[]): unknown {
  const blocks = batch.flatMap((finding, index) => [...(index > 0 ? [{ type: 'divider' }] : []), ...blocksOf(finding)])
  const [first] = batch
  const more = batch.length > 1 ? ` (and ${batch.length - 1} more)` : ''
  const text = first === undefined ? '' : `${PRIORITY_LABEL[first.priority]}: ${plain(first.rule, MAX_RULE)}${more}`
  return { text, blocks, unfurl_links: false, unfurl_media: false }
}

function blocksOf(finding: Finding): readonly unknown[] {
  const head = `*${PRIORITY_LABEL[finding.priority]}* ${code(finding.rule, MAX_RULE)}\n`
  const output = plain(finding.output, MAX_TEXT - head.length - 6)
  const facts = factsOf(finding).map(({ label, value }) => `${plain(label, 50)}: ${code(value, 250)}`)
  return [
    { type: 'section', text: markdown(`${head}\`\`\`${output === '' ? ' ' : output}\`\`\``) },
    { type: 'context', elements: [markdown(joinWithin(facts, '  ', MAX_CONTEXT))] },
  ]
}

/** `verbatim`: Slack makes no links or mentions of what merely looks like one. */
const markdown = (text: string): unknown => ({ type: 'mrkdwn', text, verbatim: true })

/** `<`, `>` and `&` are how Slack writes links and mentions; a backtick would end the code block around. */
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '`': '\u02cb' }

const plain = (text: string, max: number): string => clipReplaced(text, max, ESCAPES)

function code(text: string, max: number): string {
  return `\`${plain(text, max - 2) || ' '}\``
}

function joinWithin(parts: readonly string[], between: string, max: number): string {
  let out = ''
  for (const part of parts) if (out.length + between.length + part.length <= max) out += `${out === '' ? '' : between}${part}`
  return out
}
