import { z } from 'zod'
import type { Finding, Priority } from '../findings/finding.ts'
import { PRIORITY_LABEL } from '../findings/priority.ts'
import { safeJson } from '../lib/escape.ts'
import { later, refused, type SendOutcome } from './delivery/outcome.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { authSettings, openAuth } from './http/http-auth.ts'
import type { HttpAnswer } from './http/http-client.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { outcomeOf, reasonOf, retryAfterMs } from './http/http-outcome.ts'
import { httpSettings, httpSettingsOf, urlOf } from './http/http-settings.ts'
import { defineOutput } from './output.ts'

const PORT = 4318

const schema = z.strictObject({
  ...httpSettings({ port: PORT }),
  path: z.string().default('/v1/logs').describe('Path of the receiver of logs. Default: /v1/logs.'),
  service: z.string().min(1).max(255).default('tarsier').describe('The attribute service.name. Default: tarsier.'),
  ...authSettings(),
  ...deliverySettings(),
})

const PRESETS = { insecure: false, proxy: false, path: '/v1/logs', service: 'tarsier', ...deliveryPresets() }

/** Findings to an OpenTelemetry collector, or to what takes the same. */
export const otlp = defineOutput({
  name: 'otlp',
  schemes: ['otlp', 'otlp+http'],
  doc: 'Sends findings as OpenTelemetry log records (OTLP over HTTP, JSON), up to 100 in a request, with the attributes of its semantic conventions where there are some.',
  schema,
  examples: [
    {
      spec: 'otlp+http://127.0.0.1:4318',
      doc: 'A collector on this host.',
      config: { ...PRESETS, transport: 'http', host: '127.0.0.1', port: 4318 },
    },
    {
      spec: 'otlp://otlp.example.org:443/otlp/v1/logs?tokenHeader=api-key&tokenFile=/etc/tarsier/otlp-key',
      doc: 'A service on the Internet, which wants its key in a header of its own.',
      config: {
        ...PRESETS,
        transport: 'https',
        host: 'otlp.example.org',
        port: 443,
        path: '/otlp/v1/logs',
        tokenHeader: 'api-key',
        tokenFile: '/etc/tarsier/otlp-key',
      },
    },
  ],
  settingsOf: (spec) => ({ ...httpSettingsOf(spec), path: spec.path }),
  open: (config, context) => {
    const auth = openAuth(config, { output: 'otlp', log: context.log })
    return createHttpDelivery({
      output: 'otlp',
      config,
      context,
      url: () => urlOf(config, config.path, { output: 'otlp', defaultPort: PORT }),
      secrets: auth.secrets,
      maxBatch: 100,
      maxWaitMs: 1000,
      judge,
      request: (batch) => ({
        headers: { 'content-type': 'application/json', ...auth.headers() },
        body: safeJson({ resourceLogs: resourceLogsOf(batch, config.service) }),
      }),
    })
  },
})

/** ExportLogsServiceRequest; findings of one host share a resource. */
function resourceLogsOf(batch: readonly Finding[], service: string): readonly unknown[] {
  const hosts = Map.groupBy(batch, (finding) => finding.hostname)
  return [...hosts].map(([host, findings]) => ({
    resource: { attributes: attributesOf({ 'service.name': service, 'host.name': host }) },
    scopeLogs: [{ scope: { name: 'tarsier' }, logRecords: findings.map(recordOf) }],
  }))
}

/** The mapping of OTLP's JSON: 64-bit numbers are texts, enumerations numbers. */
function recordOf(finding: Finding): unknown {
  const timeUnixNano = String(BigInt(Math.trunc(finding.timeNs)))
  const [process] = finding.lineage
  const { workload, object } = finding
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    severityNumber: SEVERITY_NUMBERS[finding.priority],
    severityText: PRIORITY_LABEL[finding.priority],
    body: { stringValue: finding.output },
    eventName: 'tarsier.finding',
    attributes: attributesOf({
      'security_rule.name': finding.rule,
      'tarsier.finding.id': finding.id,
      'tarsier.finding.count': finding.count,
      'tarsier.finding.source': finding.source,
      'tarsier.tags': finding.tags,
      'tarsier.attack': finding.attack.map(({ id }) => id),
      'tarsier.confidence': finding.confidence,
      'process.pid': process?.pid,
      'process.executable.name': process?.name,
      'process.executable.path': process?.exePath,
      'process.command_line': process?.cmdline,
      'process.owner': process?.user,
      'process.parent_pid': finding.lineage[1]?.pid,
      'container.id': finding.containerId,
      'container.name': workload?.containerName,
      'container.image.name': workload?.image,
      'k8s.pod.name': workload?.podName,
      'k8s.pod.uid': workload?.podUid,
      'k8s.namespace.name': workload?.podNamespace,
      'file.path': object?.file,
      'network.peer.address': object?.ip,
      'network.peer.port': object?.port,
    }),
  }
}

type AttributeValue = string | number | readonly string[] | undefined

/** Without those that have no value. */
function attributesOf(values: Readonly<Record<string, AttributeValue>>): readonly unknown[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? [] : [{ key, value: anyValue(value) }],
  )
}

function anyValue(value: NonNullable<AttributeValue>): unknown {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return { intValue: String(value) }
  return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } }
}

/** From the data model of logs, appendix B: how syslog’s severities are written. */
const SEVERITY_NUMBERS: Readonly<Record<Priority, number>> = {
  emergency: 21,
  alert: 19,
  critical: 18,
  error: 17,
  warning: 13,
  notice: 10,
  informational: 9,
  debug: 5,
}

/** The only answers after which OTLP allows to send again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

function judge(answer: HttpAnswer, batch: readonly Finding[]): SendOutcome {
  const { status } = answer
  if (status >= 200 && status < 300) return rejectedOf(answer) === 0 ? outcomeOf(answer) : partly(answer, batch)
  if (RETRYABLE.has(status)) return later(reasonOf(answer), retryAfterMs(answer, Date.now()))
  const outcome = outcomeOf(answer)
  return outcome.kind === 'later' ? refused(outcome.reason, { perFinding: true }) : outcome
}

/** A server that rejects some does not say which, and must not be sent them again: all of them are kept. */
function partly(answer: HttpAnswer, batch: readonly Finding[]): SendOutcome {
  return refused(`the server rejected ${rejectedOf(answer)} of ${batch.length} without saying which: ${reasonOf(answer)}`, {
    perFinding: false,
  })
}

/** From `partialSuccess`; 0 where there is none. */
function rejectedOf({ body }: HttpAnswer): number {
  const count = Number(/"rejectedLogRecords"\s*:\s*"?(\d+)/.exec(body)?.[1] ?? 0)
  return Number.isFinite(count) ? count : 0
}
