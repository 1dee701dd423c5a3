/** What an OCI runtime config (config.json, runtime-spec) tells, whoever wrote it. */
import type { ContainerMount } from '../../events/process.ts'
import { at, type Json, listAt, textAt } from '../json-value.ts'

export interface OciDetails {
  readonly privileged: boolean
  readonly mounts: readonly ContainerMount[]
  readonly hostPid: boolean
  readonly hostNetwork: boolean
  readonly hostIpc: boolean
}

const MAX_MOUNTS = 256

/** Never throws; what is missing counts as the safe default of the specification. */
export function ociDetails(config: Json): OciDetails {
  return {
    privileged: isPrivileged(config),
    mounts: listAt(config, 'mounts').slice(0, MAX_MOUNTS).flatMap(mountOf),
    hostPid: sharesNamespace(config, 'pid'),
    hostNetwork: sharesNamespace(config, 'network'),
    hostIpc: sharesNamespace(config, 'ipc'),
  }
}

/** Runtimes have no flag for it: they give the capability to load modules, every device, and mask nothing. */
function isPrivileged(config: Json): boolean {
  const capabilities = listAt(config, 'process', 'capabilities', 'bounding')
  const devices = listAt(config, 'linux', 'resources', 'devices')
  const everyDevice = devices.some((rule) => at(rule, 'allow') === true && isAny(rule, 'type', 'a') && isAny(rule, 'major', -1))
  return capabilities.includes('CAP_SYS_MODULE') && (everyDevice || listAt(config, 'linux', 'maskedPaths').length === 0)
}

/** Missing, null, or the code for any. */
function isAny(rule: Json, key: string, code: string | number): boolean {
  const value = at(rule, key)
  return value === undefined || value === null || value === code
}

/** No entry: the runtime's own, that is the host's. An entry with a path joins that one, which may be the host's too. */
function sharesNamespace(config: Json, type: string): boolean {
  const entry = listAt(config, 'linux', 'namespaces').find((one) => at(one, 'type') === type)
  return entry === undefined || /^\/proc\/1\/ns\//.test(textAt(entry, 'path') ?? '')
}

const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave', 'runbindable', 'unbindable']

function mountOf(mount: Json): ContainerMount[] {
  const destination = textAt(mount, 'destination')
  if (destination === undefined) return []
  const options = listAt(mount, 'options').filter((option) => typeof option === 'string')
  const writable = !options.includes('ro')
  return [
    {
      source: textAt(mount, 'source') ?? '',
      destination,
      mode: options.join(','),
      writable,
      propagation: PROPAGATIONS.find((propagation) => options.includes(propagation)) ?? '',
    },
  ]
}
