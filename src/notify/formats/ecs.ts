/** A finding as a document of the Elastic Common Schema (https://www.elastic.co/docs/reference/ecs). */
import { isIP } from 'node:net'
import type { AttackTechnique, Finding, LineageEntry } from '../../findings/finding.ts'
import { severityOf } from '../../findings/priority.ts'
import { rfc3339 } from '../../lib/time-format.ts'
import { clip } from '../clip.ts'
import { techniquePartsOf } from './technique.ts'

const ECS_VERSION = '9.4.0'
const MAX_LINEAGE = 20
const MAX_LIST = 64
const MAX_TEXT = 8192

/**
 * A plain object with nested fields; members without a value are undefined. What ECS has no field for stands under `tarsier`. The fields of
 * the rule's output are not in it: their names differ from rule to rule, and each would become a field of the index.
 */
export function ecsDocument(finding: Finding): Readonly<Record<string, unknown>> {
  const { containerId, workload, object, lineage, attack } = finding
  const [process, parent] = lineage
  return {
    '@timestamp': rfc3339(finding.timeNs),
    ecs: { version: ECS_VERSION },
    message: clip(finding.output, MAX_TEXT),
    tags: finding.tags.slice(0, MAX_LIST),
    event: {
      kind: 'alert',
      category: [categoryOf(finding)],
      type: ['info'],
      id: finding.id,
      module: 'tarsier',
      dataset: 'tarsier.finding',
      provider: finding.source,
      /** As in syslog: 0 is the most urgent. */
      severity: severityOf(finding.priority),
      reason: clip(finding.why.map(({ check, value }) => `${check} (${value})`).join('; '), MAX_TEXT) || undefined,
    },
    log: { level: finding.priority },
    rule: { name: finding.rule },
    host: { hostname: finding.hostname, name: finding.hostname },
    process: process && { ...processOf(process), entity_id: finding.processKey, parent: parent && processOf(parent) },
    user: process === undefined || process.user === '' ? undefined : { name: process.user },
    container: containerId === undefined ? undefined : { id: containerId, name: workload?.containerName, image: imageOf(workload?.image) },
    orchestrator: workload?.podName === undefined ? undefined : podOf(workload),
    file: object?.file === undefined ? undefined : { path: object.file },
    destination:
      object?.ip === undefined ? undefined : { ip: isIP(object.ip) === 0 ? undefined : object.ip, port: object.port, address: object.ip },
    threat: attack.length === 0 ? undefined : threatOf(attack),
    tarsier: {
      priority: finding.priority,
      confidence: finding.confidence,
      count: finding.count,
      event_ids: finding.eventIds.slice(0, MAX_LIST),
      lineage: lineage.slice(0, MAX_LINEAGE).map((one) => clip(`${one.pid} ${one.cmdline === '' ? one.name : one.cmdline}`, MAX_TEXT)),
    },
  }
}

/** One of the categories that ECS allows. */
function categoryOf({ object, lineage }: Finding): string {
  if (object?.ip !== undefined) return 'network'
  if (object?.file !== undefined) return 'file'
  return lineage.length > 0 ? 'process' : 'host'
}

function processOf({ pid, name, exePath, cmdline, user }: LineageEntry): Readonly<Record<string, unknown>> {
  return { pid, name, executable: exePath || undefined, command_line: cmdline || undefined, user: user === '' ? undefined : { name: user } }
}

const imageOf = (name: string | undefined): unknown => (name === undefined ? undefined : { name })

function podOf({ podName, podNamespace, podUid }: NonNullable<Finding['workload']>): unknown {
  return { type: 'kubernetes', namespace: podNamespace, resource: { type: 'pod', name: podName, id: podUid } }
}

function threatOf(attack: readonly AttackTechnique[]): unknown {
  const parts = attack.slice(0, MAX_LIST).map(({ id }) => techniquePartsOf(id))
  const below = parts.flatMap(({ subTechnique }) => subTechnique ?? [])
  const ids = [...new Set(parts.map(({ technique }) => technique))]
  return {
    framework: 'MITRE ATT&CK',
    technique: { id: ids, subtechnique: below.length === 0 ? undefined : { id: below } },
  }
}
