/** cri-o and podman (containers/storage) keep the OCI config of each container, and one list with names and images. */
import { at, type Json, listAt, parseJson, textAt, textsAt } from '../json-value.ts'
import { given, imageParts } from './containerd.ts'
import { ociDetails } from './oci-config.ts'
import { type ContainerDetails, readJson, type StateSource } from './state-source.ts'

const RUN_ROOT = '/run/containers/storage/overlay-containers'
const LIST = '/var/lib/containers/storage/overlay-containers/containers.json'
/** A thousand containers. */
const MAX_LIST_BYTES = 4 << 20

export const overlayContainersState: StateSource = {
  runtimes: ['cri-o', 'podman', ''],
  doc: `${RUN_ROOT}/ID/userdata/config.json and ${LIST}`,
  read: (host, id) => {
    const file = readJson(host, `${RUN_ROOT}/${id}/userdata/config.json`)
    if (file === undefined) return undefined
    const entry = listAt(readJson(host, LIST, MAX_LIST_BYTES)?.json).find((one) => at(one, 'id') === id)
    const common = { ...ociDetails(file.json), startTimeNs: file.mtimeNs }
    return isPodman(file.json) ? podmanDetails(common, entry) : crioDetails(common, file.json)
  },
}

type Common = Omit<ContainerDetails, 'runtime'>

const isPodman = (config: Json) => textAt(config, 'annotations', 'io.container.manager') === 'libpod'

/** The list's entry has its notes as JSON in a text. */
function podmanDetails(common: Common, entry: Json): ContainerDetails {
  const notes = parseJson(textAt(entry, 'metadata') ?? '')
  const image = textAt(notes, 'image-name')
  const [name] = listAt(entry, 'names')
  return {
    runtime: 'podman',
    ...common,
    ...given('name', textAt(notes, 'name') ?? (typeof name === 'string' ? name : undefined)),
    ...(image === undefined ? {} : imageParts(image)),
    ...given('imageId', textAt(entry, 'image')?.slice(0, SHORT_ID)),
  }
}

const SHORT_ID = 12

function crioDetails(common: Common, config: Json): ContainerDetails {
  const note = (name: string) => textAt(config, 'annotations', `io.kubernetes.${name}`)
  const image = note('cri-o.ImageName')
  const podLabels = textsAt(parseJson(note('cri-o.Labels') ?? ''))
  return {
    runtime: 'cri-o',
    ...common,
    ...(note('cri-o.PrivilegedRuntime') === 'true' ? { privileged: true } : {}),
    ...given('name', note('container.name') ?? note('cri-o.ContainerName')),
    ...(image === undefined ? {} : imageParts(image)),
    ...given('podName', note('pod.name')),
    ...given('podNamespace', note('pod.namespace')),
    ...given('podUid', note('pod.uid')),
    ...given('sandboxId', note('cri-o.SandboxID')),
    ...given('ip', note('cri-o.IP.0')),
    ...(podLabels === undefined ? {} : { podLabels }),
  }
}
