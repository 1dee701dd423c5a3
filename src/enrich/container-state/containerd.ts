/** containerd keeps the OCI config of each running task; its CRI plug-in writes names and images into the annotations. */
import { parseImageReference } from '../image-reference.ts'
import { type Json, textAt } from '../json-value.ts'
import { ociDetails } from './oci-config.ts'
import { type ContainerDetails, type JsonFile, readJson, type StateSource } from './state-source.ts'

const ROOT = '/run/containerd/io.containerd.runtime.v2.task'
/** Docker's containers are containerd's too, but Docker knows more of them. */
const DOCKERS_NAMESPACE = 'moby'

export const containerdState: StateSource = {
  runtimes: ['containerd', ''],
  doc: `${ROOT}/NAMESPACE/ID/config.json`,
  read: (host, id) => {
    for (const namespace of host.directory(ROOT)) {
      const file = namespace === DOCKERS_NAMESPACE ? undefined : readJson(host, `${ROOT}/${namespace}/${id}/config.json`)
      if (file !== undefined) return detailsOf(file)
    }
    return undefined
  },
}

const annotation = (config: Json, name: string) => textAt(config, 'annotations', `io.kubernetes.cri.${name}`)
/** nerdctl keeps its own notes. */
const nerdctlNote = (config: Json, name: string) => textAt(config, 'annotations', `nerdctl/${name}`)

function detailsOf({ json, mtimeNs }: JsonFile): ContainerDetails {
  const image = annotation(json, 'image-name')
  const sandbox = annotation(json, 'container-type') === 'sandbox'
  return {
    runtime: 'containerd',
    ...ociDetails(json),
    startTimeNs: mtimeNs,
    ...given('name', sandbox ? 'POD' : (annotation(json, 'container-name') ?? nerdctlNote(json, 'name'))),
    ...(image === undefined ? {} : imageParts(image)),
    ...given('podName', annotation(json, 'sandbox-name')),
    ...given('podNamespace', annotation(json, 'sandbox-namespace')),
    ...given('podUid', annotation(json, 'sandbox-uid')),
    ...given('sandboxId', annotation(json, 'sandbox-id')),
  }
}

/** An entry only where there is a value. */
export function given<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: string })
}

export function imageParts(image: string): Partial<ContainerDetails> {
  const { repository, tag, digest } = parseImageReference(image)
  return { image, imageRepository: repository, ...given('imageTag', tag), ...given('imageDigest', digest) }
}
