/** k8s.*: the pod that the process runs in. */

import { defineField, defineFieldWithArgument } from '../field-readers/define-field.ts'
import type { ContainerInfo } from '../process.ts'
import { labelList } from './container.ts'

const ofPod = (name: string, doc: string, example: string, of: (container: ContainerInfo) => string | undefined) =>
  defineField({
    name,
    type: 'string',
    doc,
    example,
    read: (event) => (event.process?.container === undefined ? undefined : of(event.process.container)),
  })

const SHORT_ID = 12

const LABEL = defineFieldWithArgument({
  name: 'k8s.pod.label',
  type: 'string',
  doc: 'One label of the pod.',
  example: 'web',
  argument: { kind: 'word', required: true, doc: 'Name of the label.' },
  reader: (name) => (event) => event.process?.container?.podLabels?.[String(name)],
})

export const K8S_FIELDS = [
  ofPod('k8s.pod.name', 'Name of the pod.', 'web-6d4cf56db6-abcde', ({ podName }) => podName),
  ofPod('k8s.ns.name', 'Namespace of the pod.', 'default', ({ podNamespace }) => podNamespace),
  ofPod('k8s.pod.uid', 'UID of the pod.', '3e41dc6b-08a8-44db-bc2a-3724b18ab19a', ({ podUid }) => podUid),
  ofPod('k8s.pod.id', 'Same as k8s.pod.uid. Kept for old rules.', '3e41dc6b-08a8-44db-bc2a-3724b18ab19a', ({ podUid }) => podUid),
  ofPod('k8s.pod.sandbox_id', "First 12 characters of the id of the pod's sandbox.", '3ad7b26ded6d', ({ sandboxId }) =>
    sandboxId?.slice(0, SHORT_ID),
  ),
  ofPod(
    'k8s.pod.full_sandbox_id',
    "Id of the pod's sandbox in full.",
    '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e',
    ({ sandboxId }) => sandboxId,
  ),
  ofPod('k8s.pod.ip', 'Address of the pod, where its runtime wrote it down.', '10.244.0.7', ({ podUid, ip }) =>
    podUid === undefined ? undefined : ip,
  ),
  ofPod('k8s.pod.labels', 'Labels of the pod, `name:value`, with commas between.', 'app:web, tier:front', ({ podLabels }) =>
    labelList(podLabels),
  ),
  LABEL,
]
