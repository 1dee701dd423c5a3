/** Fields of Falco that Tarsier cannot fill: they are known, so that rules which use them load, and have no value in any event. */
import type { FieldType } from '../field.ts'
import { defineField, defineFieldWithArgument } from '../field-readers/define-field.ts'

type Example = string | number | boolean

const JS_TYPES: Readonly<Record<string, FieldType>> = { string: 'string', number: 'number', boolean: 'boolean' }

/** One reason, and the fields that it holds for, each with an example. A flat event may give them all the same. */
const missing = (why: string, fields: Readonly<Record<string, Example>>) =>
  Object.entries(fields).map(([name, example]) =>
    defineField({
      name,
      type: JS_TYPES[typeof example] ?? 'string',
      doc: `Always missing: ${why}. Kept for old rules.`,
      example,
      read: () => undefined,
    }),
  )

const missingWithArgument = (why: string, names: readonly string[], type: FieldType, example: Example, argument: string) =>
  names.map((name) =>
    defineFieldWithArgument({
      name,
      type,
      doc: `Always missing: ${why}. Kept for old rules.`,
      example,
      argument: { kind: 'word', required: true, doc: argument },
      reader: () => () => undefined,
    }),
  )

const EVT = [
  ...missing('calls are observed only when they return', {
    'evt.latency': 12_000,
    'evt.latency.s': 0,
    'evt.latency.ns': 12_000,
    'evt.latency.quantized': 4,
    'evt.latency.human': '12us',
    'evt.wait_latency': 12_000,
  }),
  ...missing('the order of events of different CPUs is not certain', {
    'evt.deltatime': 1500,
    'evt.deltatime.s': 0,
    'evt.deltatime.ns': 1500,
  }),
  ...missingWithArgument('compare evt.rawtime instead', ['evt.around'], 'number', 1000, 'Time in ns since 1970.'),
  ...missing('reads and writes of files are not observed', {
    'evt.buflen.file': 42,
    'evt.buflen.file.in': 42,
    'evt.buflen.file.out': 42,
  }),
  ...missing('there are no plugins', { 'evt.pluginname': 'k8saudit', 'evt.plugininfo': 'pod created' }),
  ...missing('events of the docker service are not read', {
    'evt.infra.docker.name': 'start',
    'evt.infra.docker.container.id': '3ad7b26ded6d',
    'evt.infra.docker.container.name': 'web',
    'evt.infra.docker.container.image': 'nginx',
  }),
]

const PROC = missing('what a descriptor is called is known only when it is used', {
  'proc.stdin.name': '/dev/pts/0',
  'proc.stdout.name': '/dev/pts/0',
  'proc.stderr.name': '/dev/pts/0',
})

const THREAD = missing('the scheduler is not observed', { 'thread.exectime': 1_000_000, 'thread.totexectime': 5_000_000 })

const FD_LIST = missing('poll is not observed', {
  'fdlist.nums': '3,4',
  'fdlist.names': '/run/a.sock,/run/b.sock',
  'fdlist.cips': '10.0.0.1,10.0.0.2',
  'fdlist.sips': '192.0.2.7,192.0.2.8',
  'fdlist.cports': '5000,5001',
  'fdlist.sports': '80,443',
})

const CONTAINER = missing('health checks are not read from the runtimes', {
  'container.healthcheck': '/bin/check',
  'container.liveness_probe': '/bin/live',
  'container.readiness_probe': '/bin/ready',
})

const NOT_ASKED = 'the Kubernetes API is not asked'
const OWNERS = ['rc', 'rs', 'svc', 'deployment']

const K8S = [
  ...missing(NOT_ASKED, {
    'k8s.ns.id': '7d1c-11',
    'k8s.ns.labels': 'team:web',
    ...Object.fromEntries(
      OWNERS.flatMap((owner) => [
        [`k8s.${owner}.name`, 'web'],
        [`k8s.${owner}.id`, '7d1c-11'],
        [`k8s.${owner}.labels`, 'app:web'],
      ]),
    ),
  }),
  ...missingWithArgument(
    NOT_ASKED,
    ['k8s.ns.label', ...OWNERS.map((owner) => `k8s.${owner}.label`)],
    'string',
    'web',
    'Name of the label.',
  ),
  ...missing('the network plugin is not asked', { 'k8s.pod.cni.json': '{}', 'container.cni.json': '{}' }),
]

export const UNOBSERVED_FIELDS = [...EVT, ...PROC, ...THREAD, ...FD_LIST, ...CONTAINER, ...K8S]
