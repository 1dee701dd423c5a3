/** The sources whose events are observed. A rule for another one has the reason `no source`. */
import type { LogSource, Source } from './source.ts'
import { auditd } from './sources/auditd.ts'
import { fileAccess, fileDelete, fileEvent, fileRename } from './sources/file.ts'
import { dns, dnsQuery, networkConnection } from './sources/network.ts'
import { processCreation } from './sources/process.ts'
import { Unsupported } from './unsupported.ts'

export const SOURCES: readonly Source[] = [
  processCreation,
  fileEvent,
  fileAccess,
  fileDelete,
  fileRename,
  networkConnection,
  dnsQuery,
  dns,
  auditd,
]

/** The first source that the rule may mean. Throws Unsupported. */
export function sourceFor(wanted: LogSource, sources: readonly Source[]): Source {
  const found = sources.find(({ logsource }) => covers(logsource, wanted))
  if (found === undefined) throw new Unsupported('no source', `no source for ${describe(wanted)}`)
  return found
}

/** A rule without a product is meant for every product, ours among them. */
function covers({ product, category, service }: Partial<LogSource>, wanted: LogSource): boolean {
  const sameProduct = wanted.product === undefined || product === undefined || wanted.product === product
  return sameProduct && wanted.category === category && wanted.service === service
}

/** `linux auditd`, or what there is. */
function describe({ product, category, service }: LogSource): string {
  return [product, category, service].filter((part) => part !== undefined).join(' ') || 'a rule without a log source'
}
