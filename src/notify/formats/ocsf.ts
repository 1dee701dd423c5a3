/** A finding as an event of the Open Cybersecurity Schema Framework (https://schema.ocsf.io/1.8.0/classes/detection_finding). */
import { isIP } from 'node:net'
import { posix } from 'node:path'
import type {
  AttackTechnique,
  Confidence,
  Finding,
  FindingObject,
  FindingWorkload,
  LineageEntry,
  Priority,
} from '../../findings/finding.ts'
import { safeJson } from '../../lib/escape.ts'
import { clip } from '../clip.ts'
import { PRODUCT, productVersion, VENDOR } from './product.ts'
import { techniquePartsOf } from './technique.ts'

const OCSF_VERSION = '1.8.0'
/** Detection Finding. */
const CLASS_UID = 2004
/** Create: what a sensor says of a finding is that it is there. */
const ACTIVITY_ID = 1
/** Rule. */
const ANALYTIC_TYPE_ID = 1
/** New. */
const STATUS_ID = 1
const UNKNOWN_TYPE = 0
const EXECUTABLE_FILE = 8

const MAX_TEXT = 8192
const MAX_NAME = 1024
const MAX_LIST = 64
const MAX_LINEAGE = 20

export const ocsfJson = (finding: Finding): string => safeJson(ocsfEvent(finding))

/**
 * Class 2004 with the profiles host and container; members without a value are undefined. What the class has no attribute for stands under
 * `unmapped`. Times are ms since 1970.
 */
function ocsfEvent(finding: Finding): Readonly<Record<string, unknown>> {
  const { confidence, timeNs } = finding
  const timeMs = Math.floor(timeNs / 1e6)
  return {
    activity_id: ACTIVITY_ID,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: CLASS_UID,
    class_name: 'Detection Finding',
    type_uid: CLASS_UID * 100 + ACTIVITY_ID,
    type_name: 'Detection Finding: Create',
    time: timeMs,
    ...severityOf(finding.priority),
    ...(confidence !== undefined && CONFIDENCE[confidence]),
    status_id: STATUS_ID,
    status: 'New',
    is_alert: true,
    message: clip(finding.output, MAX_TEXT),
    count: finding.count,
    metadata: {
      version: OCSF_VERSION,
      product: { name: PRODUCT, vendor_name: VENDOR, version: productVersion() },
      profiles: ['host', 'container'],
      uid: finding.id,
      event_code: clip(finding.rule, MAX_NAME),
      log_name: finding.source,
      labels: textsOf(finding.tags),
    },
    finding_info: findingInfoOf(finding, timeMs),
    device: deviceOf(finding),
    evidences: evidencesOf(finding),
    unmapped: unmappedOf(finding),
  }
}

function findingInfoOf({ id, rule, output, attack, source, eventIds }: Finding, timeMs: number): unknown {
  const name = clip(rule, MAX_NAME)
  return {
    uid: id,
    title: name,
    desc: clip(output, MAX_TEXT),
    analytic: { name, uid: name, type_id: ANALYTIC_TYPE_ID, type: 'Rule' },
    attacks: attack.length === 0 ? undefined : attack.slice(0, MAX_LIST).map(attackOf),
    created_time: timeMs,
    first_seen_time: timeMs,
    data_sources: [source],
    related_events: eventIds.length === 0 ? undefined : eventIds.slice(0, MAX_LIST).map((uid) => ({ uid })),
  }
}

function attackOf({ id }: AttackTechnique): unknown {
  const { technique, subTechnique } = techniquePartsOf(id)
  return { technique: { uid: technique }, sub_technique: subTechnique === undefined ? undefined : { uid: subTechnique } }
}

const deviceOf = ({ hostname }: Finding): unknown => ({ hostname: clip(hostname, MAX_NAME), type_id: UNKNOWN_TYPE, type: 'Unknown' })

/** One for the process with what it did; undefined for findings about nothing of the kind. */
function evidencesOf(finding: Finding): readonly unknown[] | undefined {
  const { object, lineage, containerId, workload } = finding
  const [process, parent, ...further] = lineage.slice(0, MAX_LINEAGE)
  if (process === undefined && object === undefined) return undefined
  const container = containerId === undefined ? undefined : containerOf(containerId, workload)
  const own = process && { ...processOf(process), uid: finding.processKey ?? keyOf(process), container }
  return [
    {
      actor: own && {
        process: {
          ...own,
          parent_process: parent && processOf(parent),
          ancestry: further.length === 0 ? undefined : further.map(ancestorOf),
        },
        user: process && userOf(process),
      },
      device: deviceOf(finding),
      container,
      ...targetOf(object),
    },
  ]
}

/** The file or the other end; an address that is none stays out, since it would be no valid event. */
function targetOf(object: FindingObject | undefined): Readonly<Record<string, unknown>> {
  const { file, ip, port } = object ?? {}
  return {
    file: file === undefined || file === '' ? undefined : fileOf(file, UNKNOWN_TYPE),
    dst_endpoint: ip === undefined || isIP(ip) === 0 ? undefined : { ip, port },
  }
}

/** `process_entity`: what is known of those further up, too. */
function ancestorOf(entry: LineageEntry): Readonly<Record<string, unknown>> {
  const { pid, name, exePath, cmdline } = entry
  return { pid, uid: keyOf(entry), name: text(name, MAX_NAME), path: text(exePath, MAX_TEXT), cmd_line: text(cmdline, MAX_TEXT) }
}

/** Its start is known since boot alone, and stands in `uid`. */
function processOf(entry: LineageEntry): Readonly<Record<string, unknown>> {
  const { pid, name, exePath, cmdline } = entry
  return {
    pid,
    uid: keyOf(entry),
    name: text(name, MAX_NAME),
    cmd_line: text(cmdline, MAX_TEXT),
    file: exePath === '' ? undefined : fileOf(exePath, EXECUTABLE_FILE),
    user: userOf(entry),
  }
}

const keyOf = ({ pid, startNs }: LineageEntry): string => `${pid}@${startNs}`

const userOf = ({ user }: LineageEntry): unknown => (user === '' ? undefined : { name: clip(user, MAX_NAME) })

function fileOf(path: string, typeId: number): unknown {
  return { name: clip(posix.basename(path) || path, MAX_NAME), path: clip(path, MAX_TEXT), type_id: typeId }
}

/** An image must have a uid: its digest where the name tells it, else the name itself. */
function containerOf(uid: string, workload: FindingWorkload | undefined): unknown {
  const { containerName, image, podUid } = workload ?? {}
  return {
    uid: clip(uid, MAX_NAME),
    name: text(containerName, MAX_NAME),
    image:
      image === undefined || image === ''
        ? undefined
        : { name: clip(image, MAX_NAME), uid: clip(/@(.+)$/s.exec(image)?.[1] ?? image, MAX_NAME) },
    orchestrator: workload?.podName === undefined ? undefined : 'kubernetes',
    pod_uuid: podUid !== undefined && UUID.test(podUid) ? podUid : undefined,
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function unmappedOf(finding: Finding): Readonly<Record<string, unknown>> {
  const { workload, why, outputFields } = finding
  return {
    priority: finding.priority,
    fold_key: clip(finding.foldKey, MAX_NAME),
    output_fields: Object.fromEntries(
      Object.entries(outputFields)
        .slice(0, MAX_LIST)
        .map(([name, value]) => [name, typeof value === 'string' ? clip(value, MAX_TEXT) : value]),
    ),
    why: why.slice(0, MAX_LIST).map(({ check, value, held }) => ({ check: clip(check, MAX_NAME), value: clip(value, MAX_NAME), held })),
    pod_name: text(workload?.podName, MAX_NAME),
    pod_namespace: text(workload?.podNamespace, MAX_NAME),
  }
}

function textsOf(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts.slice(0, MAX_LIST).map((one) => clip(one, MAX_NAME))
}

const text = (value: string | undefined, max: number): string | undefined =>
  value === undefined || value === '' ? undefined : clip(value, max)

/** Fatal means that nothing can be done any more, which no sensor knows: `emergency` is critical like its neighbours. */
const SEVERITY: Readonly<Record<Priority, readonly [id: number, caption: string]>> = {
  emergency: [5, 'Critical'],
  alert: [5, 'Critical'],
  critical: [5, 'Critical'],
  error: [4, 'High'],
  warning: [3, 'Medium'],
  notice: [2, 'Low'],
  informational: [1, 'Informational'],
  debug: [1, 'Informational'],
}

function severityOf(priority: Priority): Readonly<Record<string, unknown>> {
  const [severity_id, severity] = SEVERITY[priority]
  return { severity_id, severity }
}

const CONFIDENCE: Readonly<Record<Confidence, Readonly<Record<string, unknown>>>> = {
  low: { confidence_id: 1, confidence: 'Low' },
  medium: { confidence_id: 2, confidence: 'Medium' },
  high: { confidence_id: 3, confidence: 'High' },
}
