import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { safeJson } from '../lib/escape.ts'
import { later, SENT, type SendOutcome } from './delivery/outcome.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { ecsDocument } from './formats/ecs.ts'
import { authSettings, openAuth } from './http/http-auth.ts'
import type { HttpAnswer } from './http/http-client.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { outcomeOf } from './http/http-outcome.ts'
import { httpSettings, httpSettingsOf, urlOf } from './http/http-settings.ts'
import { defineOutput } from './output.ts'

const PORT = 9200

const schema = z.strictObject({
  ...httpSettings({ port: PORT }),
  index: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,253}$/, 'must be the name of an index or a data stream: small letters, digits, dots and dashes')
    .default('logs-tarsier.finding-default')
    .describe('Index or data stream, also what follows the host: //HOST/INDEX. Default: logs-tarsier.finding-default.'),
  pipeline: z
    .string()
    .regex(/^[\w.-]{1,255}$/, 'must be the name of a pipeline')
    .optional()
    .describe('Ingest pipeline that each document takes.'),
  scheme: z
    .enum(['ApiKey', 'Bearer'])
    .default('ApiKey')
    .describe('What the token is: an API key (Elasticsearch, encoded) or a Bearer token. Default: ApiKey.'),
  ...authSettings(),
  ...deliverySettings(),
})

const PRESETS = { insecure: false, proxy: false, index: 'logs-tarsier.finding-default', scheme: 'ApiKey', ...deliveryPresets() }

/** Findings to Elasticsearch or OpenSearch. */
export const elasticsearch = defineOutput({
  name: 'elasticsearch',
  schemes: ['elasticsearch', 'elasticsearch+http', 'opensearch', 'opensearch+http'],
  doc: 'Writes findings into an index or a data stream of Elasticsearch or OpenSearch (bulk API), up to 200 in a request, as documents of the Elastic Common Schema. The id of a document is that of its finding: one that is sent twice is there once. Documents that are refused one by one go to the dead-letter file, and those that find the server busy are sent again.',
  schema,
  examples: [
    {
      spec: 'elasticsearch://es.example.org:9200?tokenFile=/etc/tarsier/es-api-key',
      doc: 'HTTPS with an API key, into the data stream logs-tarsier.finding-default.',
      config: { ...PRESETS, transport: 'https', host: 'es.example.org', port: 9200, tokenFile: '/etc/tarsier/es-api-key' },
    },
    {
      spec: 'opensearch://search.example.org/tarsier-findings?user=tarsier&passwordFile=/etc/tarsier/password&ca=/etc/tarsier/ca.pem',
      doc: 'OpenSearch with a password and an own certificate authority, into an index.',
      config: {
        ...PRESETS,
        transport: 'https',
        host: 'search.example.org',
        index: 'tarsier-findings',
        user: 'tarsier',
        passwordFile: '/etc/tarsier/password',
        ca: '/etc/tarsier/ca.pem',
      },
    },
  ],
  settingsOf: (spec) => ({ ...httpSettingsOf(spec), index: spec.path?.replace(/^\//, '') || undefined }),
  open: (config, context) => {
    const output = 'elasticsearch'
    const auth = openAuth(config, { output, log: context.log, scheme: config.scheme })
    const query = `filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason${config.pipeline === undefined ? '' : `&pipeline=${config.pipeline}`}`
    return createHttpDelivery({
      output,
      config,
      context,
      url: () => urlOf(config, `/${config.index}/_bulk?${query}`, { output, defaultPort: PORT }),
      secrets: auth.secrets,
      maxBatch: 200,
      maxWaitMs: 1000,
      maxAnswer: 4 * 1024 * 1024,
      judge,
      request: (batch) => ({
        headers: { 'content-type': 'application/x-ndjson', ...auth.headers() },
        body: batch.map((finding) => `${actionOf(finding)}\n${safeJson(ecsDocument(finding))}\n`).join(''),
      }),
    })
  },
})

/** `create`, which data streams want, and which refuses what is there already. */
const actionOf = ({ id }: Finding): string => safeJson({ create: { _id: id } })

/** `{ errors, items: [{ create: { status, error?: { type, reason } } }, …] }`, in the order of the documents. */
const ANSWER = z.object({
  items: z.array(
    z.object({
      create: z.object({ status: z.number(), error: z.object({ type: z.string().optional(), reason: z.string().optional() }).optional() }),
    }),
  ),
})

/** It is there: a request that came through, and whose answer did not. */
const CONFLICT = 409
const MAX_REASON = 300

function judge(answer: HttpAnswer, batch: readonly Finding[]): SendOutcome {
  if (answer.status < 200 || answer.status >= 300) return outcomeOf(answer)
  const items = itemsOf(answer)
  // Sending again does no harm here: what was taken is not taken twice.
  if (items?.length !== batch.length) return later('its answer cannot be read')
  const refused: { index: number; reason: string }[] = []
  const again: number[] = []
  let reason = ''
  for (const [index, { create }] of items.entries()) {
    const { status, error } = create
    if (status < 300 || status === CONFLICT) continue
    const text = `it answers ${status} for this finding: ${`${error?.type ?? ''}: ${error?.reason ?? ''}`.slice(0, MAX_REASON)}`
    if (status === 429 || status >= 500) {
      again.push(index)
      reason = text
    } else refused.push({ index, reason: text })
  }
  return refused.length + again.length === 0 ? SENT : { kind: 'parts', refused, later: again, reason }
}

function itemsOf({ body }: HttpAnswer): z.infer<typeof ANSWER>['items'] | undefined {
  try {
    return ANSWER.safeParse(JSON.parse(body)).data?.items
  } catch {
    return undefined // said as what it is by the caller
  }
}
