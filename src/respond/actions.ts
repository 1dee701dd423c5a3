/** Every action, one line each. */
import type { AnyAction } from './action.ts'
import { blockDestination } from './actions/block-destination.ts'
import { blockFile } from './actions/block-file.ts'
import { callWebhook } from './actions/call-webhook.ts'
import { captureEvidenceAction } from './actions/capture-evidence.ts'
import { freeze } from './actions/freeze.ts'
import { isolateNetwork } from './actions/isolate-network.ts'
import { killAtHook } from './actions/kill-at-hook.ts'
import { killDescendants } from './actions/kill-descendants.ts'
import { killProcess } from './actions/kill-process.ts'
import { killTree } from './actions/kill-tree.ts'
import { kubernetesCordonNode } from './actions/kubernetes-cordon-node.ts'
import { kubernetesEvictPod } from './actions/kubernetes-evict-pod.ts'
import { kubernetesIsolatePod } from './actions/kubernetes-isolate-pod.ts'
import { kubernetesLabelPod } from './actions/kubernetes-label-pod.ts'
import { kubernetesScaleToZero } from './actions/kubernetes-scale-to-zero.ts'
import { pauseContainer } from './actions/pause-container.ts'
import { quarantineFile } from './actions/quarantine-file.ts'
import { runScriptAction } from './actions/run-script.ts'
import { stopContainer } from './actions/stop-container.ts'

export const ACTIONS: readonly AnyAction[] = [
  captureEvidenceAction,
  killAtHook,
  killProcess,
  killTree,
  killDescendants,
  freeze,
  pauseContainer,
  stopContainer,
  isolateNetwork,
  blockDestination,
  blockFile,
  quarantineFile,
  kubernetesLabelPod,
  kubernetesIsolatePod,
  kubernetesEvictPod,
  kubernetesScaleToZero,
  kubernetesCordonNode,
  callWebhook,
  runScriptAction,
]
