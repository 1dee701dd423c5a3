/** Docker keeps two files per container: what it is, and how it was asked to run. */
import type { ContainerMount } from '../../events/process.ts'
import { at, type Json, textAt, textsAt } from '../json-value.ts'
import { given, imageParts } from './containerd.ts'
import { type ContainerDetails, readJson, type StateSource } from './state-source.ts'

const ROOT = '/var/lib/docker/containers'

export const dockerState: StateSource = {
  runtimes: ['docker', 'containerd', ''],
  doc: `${ROOT}/ID/config.v2.json and hostconfig.json`,
  read: (host, id) => {
    const file = readJson(host, `${ROOT}/${id}/config.v2.json`)
    return file === undefined ? undefined : detailsOf(file.json, readJson(host, `${ROOT}/${id}/hostconfig.json`)?.json)
  },
}

const POD_LABELS = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
} as const

function detailsOf(config: Json, hostConfig: Json): ContainerDetails {
  const labels = textsAt(config, 'Config', 'Labels')
  const image = textAt(config, 'Config', 'Image')
  const imageId = textAt(config, 'Image')?.replace(/^sha256:/, '')
  const started = Date.parse(textAt(config, 'State', 'StartedAt') ?? textAt(config, 'Created') ?? '')
  return {
    runtime: 'docker',
    privileged: at(hostConfig, 'Privileged') === true,
    hostPid: at(hostConfig, 'PidMode') === 'host',
    hostNetwork: at(hostConfig, 'NetworkMode') === 'host',
    hostIpc: at(hostConfig, 'IpcMode') === 'host',
    mounts: Object.values(objectAt(config, 'MountPoints')).slice(0, MAX_MOUNTS).flatMap(mountOf),
    ...given('name', textAt(config, 'Name')?.replace(/^\//, '')),
    ...(image === undefined ? {} : imageParts(image)),
    ...given('imageId', imageId?.slice(0, SHORT_ID)),
    ...(labels === undefined ? {} : { labels }),
    ...Object.fromEntries(
      Object.entries(POD_LABELS).flatMap(([key, label]) => (labels?.[label] === undefined ? [] : [[key, labels[label]]])),
    ),
    ...given('ip', firstAddress(config)),
    ...(Number.isNaN(started) || started <= 0 ? {} : { startTimeNs: started * 1e6 }),
  }
}

const MAX_MOUNTS = 256
const SHORT_ID = 12

function objectAt(value: Json, ...keys: readonly string[]): Readonly<Record<string, Json>> {
  const found = at(value, ...keys)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Record<string, Json>) : {}
}

function firstAddress(config: Json): string | undefined {
  const networks = Object.values(objectAt(config, 'NetworkSettings', 'Networks'))
  return networks.map((network) => textAt(network, 'IPAddress')).find((address) => address !== undefined)
}

function mountOf(mount: Json): ContainerMount[] {
  const destination = textAt(mount, 'Destination')
  if (destination === undefined) return []
  return [
    {
      source: textAt(mount, 'Source') ?? '',
      destination,
      mode: textAt(mount, 'Mode') ?? '',
      writable: at(mount, 'RW') === true,
      propagation: textAt(mount, 'Propagation') ?? '',
    },
  ]
}
