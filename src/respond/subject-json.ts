/** A subject as programs outside are told of it: by webhooks, and scripts on their standard input. */
import type { ActionSubject } from './subject.ts'

/** What a text from outside may take. */
const MAX_TEXT = 4096

/** Plain JSON; what is not known is null. Texts may hold hostile bytes, as JSON has them. `version` rises when a field changes its meaning. */
export function subjectJson({ hostname, findingId, process, container, file, address }: ActionSubject) {
  const short = (text: string | undefined): string | null => text?.slice(0, MAX_TEXT) ?? null
  return {
    version: 1,
    hostname: short(hostname),
    findingId: short(findingId),
    process: process ? { pid: process.pid, startNs: process.startNs, name: short(process.name), exePath: short(process.exePath) } : null,
    container: container
      ? {
          id: short(container.id),
          name: short(container.name),
          image: short(container.image),
          pod: container.pod
            ? { namespace: short(container.pod.namespace), name: short(container.pod.name), uid: short(container.pod.uid) }
            : null,
        }
      : null,
    file: short(file),
    address: address ? { ip: short(address.ip), port: address.port ?? null } : null,
  }
}
