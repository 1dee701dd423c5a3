/** A finding as one JSON object: Falco's keys, then ours. What reads Falco's JSON lines reads these. */
import { safeJson } from '../lib/escape.ts'
import { rfc3339 } from '../lib/time-format.ts'
import type { Finding, FindingObject, FindingWorkload, LineageEntry } from './finding.ts'
import { PRIORITY_LABEL } from './priority.ts'

/**
 * One line without its newline. Falco's: hostname, output, output_fields, priority (`Warning`), rule, source, tags,
 * time (RFC 3339, UTC, ns). Ours: id, count, attack (technique ids), container_id (null on the host), event_ids,
 * process (`<pid>@<start ns>` or null), lineage (nearest first), confidence (null for findings about Tarsier), workload and object (null without), why (the checks that were run for the match, with their values).
 */
export function findingJson(finding: Finding): string {
  return safeJson(findingObject(finding))
}

/** The same as a plain object, its keys in the order in which they are printed. */
function findingObject(finding: Finding): Readonly<Record<string, unknown>> {
  return {
    time: rfc3339(finding.timeNs),
    priority: PRIORITY_LABEL[finding.priority],
    rule: finding.rule,
    output: finding.output,
    source: finding.source,
    hostname: finding.hostname,
    tags: finding.tags,
    output_fields: finding.outputFields,
    id: finding.id,
    count: finding.count,
    attack: finding.attack.map((technique) => technique.id),
    container_id: finding.containerId ?? null,
    event_ids: finding.eventIds,
    process: finding.processKey ?? null,
    lineage: finding.lineage.map(lineageObject),
    confidence: finding.confidence ?? null,
    workload: finding.workload === undefined ? null : workloadObject(finding.workload),
    object: finding.object === undefined ? null : objectOf(finding.object),
    why: finding.why,
  }
}

function workloadObject({ containerName, image, podName, podNamespace, podUid }: FindingWorkload): Readonly<Record<string, unknown>> {
  return { container_name: containerName, image, pod_name: podName, pod_namespace: podNamespace, pod_uid: podUid }
}

const objectOf = ({ file, ip, port }: FindingObject): Readonly<Record<string, unknown>> => ({ file, ip, port })

function lineageObject(entry: LineageEntry): Readonly<Record<string, unknown>> {
  return {
    pid: entry.pid,
    start_ns: entry.startNs,
    name: entry.name,
    exe_path: entry.exePath,
    cmdline: entry.cmdline,
    user: entry.user,
  }
}
