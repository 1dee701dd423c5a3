/** A finding as a line of QRadar's Log Event Extended Format 2.0: `LEEF:2.0|vendor|product|version|event|delimiter|attributes`. */
import type { Finding, Priority } from '../../findings/finding.ts'
import { clipReplaced } from '../clip.ts'
import { PRODUCT, productVersion, VENDOR } from './product.ts'

/**
 * The format has no escapes: what ends a field must not be in it, and is written as its number. The delimiter is no tab, since syslog
 * servers may rewrite control characters on the way.
 */
const DELIMITER = '^'
const HEADER: Readonly<Record<string, string>> = { '|': '\\x7c', [DELIMITER]: '\\x5e' }
const ATTRIBUTE: Readonly<Record<string, string>> = { [DELIMITER]: '\\x5e' }

const MAX_NAME = 512
const MAX_VALUE = 1024
const MAX_TEXT = 4096

/** Without a newline; no value can end its attribute or the line. */
export function leefLine(finding: Finding): string {
  const head = [
    'LEEF:2.0',
    VENDOR,
    PRODUCT,
    clipReplaced(productVersion(), 31, HEADER),
    clipReplaced(finding.rule, MAX_NAME, HEADER),
    DELIMITER,
  ]
  return `${head.join('|')}|${attributesOf(finding)}`
}

/** Keys that QRadar knows first, then ours. */
function attributesOf(finding: Finding): string {
  const { lineage, object, workload, hostname, tags, attack } = finding
  const [process, parent] = lineage
  const pairs: readonly (readonly [key: string, value: string | number | undefined, max: number])[] = [
    ['devTime', Math.floor(finding.timeNs / 1e6), 20],
    ['sev', SEVERITY[finding.priority], 2],
    ['cat', tags.join(','), MAX_VALUE],
    ['usrName', process?.user, 255],
    ['dst', object?.ip, 64],
    ['dstPort', object?.port, 5],
    ['resource', hostname, 255],
    ['msg', finding.output, MAX_TEXT],
    ['identHostName', hostname, 255],
    ['findingId', finding.id, 64],
    ['priority', finding.priority, 32],
    ['count', finding.count, 20],
    ['attack', attack.map(({ id }) => id).join(','), MAX_VALUE],
    ['pid', process?.pid, 20],
    ['process', process?.exePath || process?.name, MAX_VALUE],
    ['commandLine', process?.cmdline, MAX_TEXT],
    ['parentCommandLine', parent?.cmdline, MAX_TEXT],
    ['filePath', object?.file, MAX_TEXT],
    ['containerId', finding.containerId, 255],
    ['containerName', workload?.containerName, MAX_VALUE],
    ['containerImage', workload?.image, MAX_VALUE],
    ['podName', workload?.podName, 255],
    ['podNamespace', workload?.podNamespace, 255],
  ]
  return pairs
    .flatMap(([key, value, max]) =>
      value === undefined || value === '' ? [] : [`${key}=${typeof value === 'number' ? value : clipReplaced(value, max, ATTRIBUTE)}`],
    )
    .join(DELIMITER)
}

/** 1 is the least, 10 the most urgent. */
const SEVERITY: Readonly<Record<Priority, number>> = {
  emergency: 10,
  alert: 10,
  critical: 9,
  error: 8,
  warning: 6,
  notice: 4,
  informational: 2,
  debug: 1,
}
