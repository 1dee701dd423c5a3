/** container.*: the container that the process runs in; `host` outside of one. */
import type { AnyKernelEvent } from '../event.ts'
import type { FieldType, FieldValue } from '../field.ts'
import { defineField, defineFieldWithArgument } from '../field-readers/define-field.ts'
import type { ContainerInfo, ContainerMount } from '../process.ts'

const HOST = 'host'

interface OfContainer {
  readonly name: string
  readonly type?: FieldType
  readonly doc: string
  readonly example: string | number | boolean
  readonly unit?: string
  readonly of: (container: ContainerInfo, event: AnyKernelEvent) => FieldValue | undefined
  /** What the field says outside of a container; missing by default. */
  readonly host?: string
}

const ofContainer = ({ of, host, type = 'string', ...rest }: OfContainer) =>
  defineField({
    ...rest,
    type,
    read: (event) => {
      if (event.process === undefined) return undefined
      const { container } = event.process
      return container === undefined ? host : of(container, event)
    },
    flat: () => host,
  })

const IDENTITY = [
  ofContainer({
    name: 'container.id',
    doc: 'First 12 characters of the id of the container; `host` outside of one.',
    example: '3ad7b26ded6d',
    of: ({ id }) => id,
    host: HOST,
  }),
  ofContainer({
    name: 'container.full_id',
    doc: 'Id of the container in full.',
    example: '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e',
    of: ({ fullId }) => fullId,
  }),
  ofContainer({
    name: 'container.name',
    doc: 'Name of the container; `host` outside of one.',
    example: 'web',
    of: ({ name }) => name,
    host: HOST,
  }),
  ofContainer({
    name: 'container.type',
    doc: 'What runs the container: docker, containerd, cri-o, podman, lxc, systemd-nspawn, runc; `host` outside of one.',
    example: 'containerd',
    of: ({ runtime }) => runtime,
    host: HOST,
  }),
]

const IMAGE = [
  ofContainer({
    name: 'container.image',
    doc: 'Image as it was asked for.',
    example: 'docker.io/library/nginx:1.27',
    of: ({ image }) => image,
  }),
  ofContainer({ name: 'container.image.id', doc: 'Id of the image.', example: '4e1b6bae1e48', of: ({ imageId }) => imageId }),
  ofContainer({
    name: 'container.image.repository',
    doc: 'Image without tag and digest.',
    example: 'docker.io/library/nginx',
    of: ({ imageRepository }) => imageRepository,
  }),
  ofContainer({ name: 'container.image.tag', doc: 'Tag of the image.', example: '1.27', of: ({ imageTag }) => imageTag }),
  ofContainer({
    name: 'container.image.digest',
    doc: 'Digest of the image.',
    example: 'sha256:d02f9b9db4d759ef27dc26b426b842ff2fb881c5c6079612d27ec36e36b132dd',
    of: ({ imageDigest }) => imageDigest,
  }),
]

const STATE = [
  ofContainer({
    name: 'container.privileged',
    type: 'boolean',
    doc: 'True when the container was started privileged.',
    example: false,
    of: ({ privileged }) => privileged,
  }),
  ofContainer({
    name: 'container.start_ts',
    type: 'number',
    doc: 'When the container started.',
    unit: 'ns since 1970',
    example: 1_795_378_200_000_000_000,
    of: ({ startTimeNs }) => startTimeNs,
  }),
  ofContainer({
    name: 'container.duration',
    type: 'number',
    doc: 'Time since the container started.',
    unit: 'ns',
    example: 60_000_000_000,
    of: ({ startTimeNs }, event) => (startTimeNs === undefined ? undefined : event.timeNs - startTimeNs),
  }),
  ofContainer({
    name: 'container.ip',
    doc: 'Address of the container, where its runtime wrote it down.',
    example: '10.88.0.7',
    of: ({ ip }) => ip,
  }),
  ofContainer({
    name: 'container.host_pid',
    type: 'boolean',
    doc: "True when the container shares the host's pid namespace.",
    example: false,
    of: ({ hostPid }) => hostPid,
  }),
  ofContainer({
    name: 'container.host_network',
    type: 'boolean',
    doc: "True when the container shares the host's network namespace.",
    example: false,
    of: ({ hostNetwork }) => hostNetwork,
  }),
  ofContainer({
    name: 'container.host_ipc',
    type: 'boolean',
    doc: "True when the container shares the host's IPC namespace.",
    example: false,
    of: ({ hostIpc }) => hostIpc,
  }),
  ofContainer({
    name: 'container.labels',
    doc: 'Labels of the container, `name:value`, with commas between.',
    example: 'app:web,tier:front',
    of: ({ labels }) => labelList(labels),
  }),
]

export function labelList(labels: Readonly<Record<string, string>> | undefined): string | undefined {
  if (labels === undefined) return undefined
  return Object.entries(labels)
    .map(([name, value]) => `${name}:${value}`)
    .join(', ')
}

const LABEL = defineFieldWithArgument({
  name: 'container.label',
  type: 'string',
  doc: 'One label of the container.',
  example: 'web',
  argument: { kind: 'word', required: true, doc: 'Name of the label.' },
  reader: (name) => (event) => event.process?.container?.labels?.[String(name)],
})

/** `source:dest:mode:rdwr:propagation`, as Falco writes it. */
function mountText({ source, destination, mode, writable, propagation }: ContainerMount): string {
  return `${source}:${destination}:${mode}:${writable}:${propagation}`
}

const MOUNTS = ofContainer({
  name: 'container.mounts',
  doc: 'Mounts of the container, `source:dest:mode:rdwr:propagation` each, with blanks between.',
  example: '/var/run/docker.sock:/var/run/docker.sock:rw:true:rprivate',
  of: ({ mounts }) => mounts?.map(mountText).join(' '),
})

/** A path where `*` stands for any run of characters, slashes too, and `?` for one. */
function pathPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, 's')
}

const NO_MOUNT = 'N/A'

type Find = (mounts: readonly ContainerMount[]) => ContainerMount | undefined

function finder(argument: string | number | undefined): Find {
  if (/^\d+$/.test(String(argument))) return (mounts) => mounts[Number(argument)]
  const pattern = pathPattern(String(argument))
  return (mounts) => mounts.find((mount) => pattern.test(mount.destination))
}

const mountField = (name: string, doc: string, example: string, of: (mount: ContainerMount) => string) =>
  defineFieldWithArgument({
    name,
    type: 'string',
    doc: `${doc} ${NO_MOUNT} when there is no such mount, as rules expect it.`,
    example,
    argument: { kind: 'either', required: true, doc: 'Number of the mount, or a path; `*` in it stands for anything.' },
    reader: (argument) => {
      const find = finder(argument)
      return (event) => {
        const mount = find(event.process?.container?.mounts ?? [])
        return mount === undefined ? NO_MOUNT : of(mount)
      }
    },
    flat: () => NO_MOUNT,
  })

const ONE_MOUNT = [
  mountField('container.mount', 'A mount by its destination, in full.', '/run:/run:rw:true:rprivate', mountText),
  mountField('container.mount.source', 'Source of the mount with that destination.', '/run', ({ source }) => source),
  mountField('container.mount.dest', 'Destination of the mount with that destination.', '/run', ({ destination }) => destination),
  mountField('container.mount.mode', 'Mode of the mount with that destination.', 'rw', ({ mode }) => mode),
  mountField('container.mount.rdwr', 'true when the mount with this destination is writable.', 'true', ({ writable }) => String(writable)),
  mountField(
    'container.mount.propagation',
    'Propagation of the mount with that destination.',
    'rprivate',
    ({ propagation }) => propagation,
  ),
]

const CHECKS = ['healthcheck', 'liveness_probe', 'readiness_probe'].map((check) =>
  defineField({
    name: `proc.is_container_${check}`,
    type: 'boolean',
    doc: 'Always false: what a runtime starts to check a container is not told apart. Kept for old rules.',
    example: false,
    read: () => false,
    flat: () => false,
  }),
)

export const CONTAINER_FIELDS = [...IDENTITY, ...IMAGE, ...STATE, LABEL, MOUNTS, ...ONE_MOUNT, ...CHECKS]
