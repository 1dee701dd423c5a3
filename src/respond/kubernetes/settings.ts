/** With which credentials an API server is asked. */
import { z } from 'zod'

const absolute = z.string().startsWith('/').max(4096)

/** Part of the settings of each action that asks Kubernetes. */
export const kubernetesSettings = {
  kubeconfig: absolute
    .optional()
    .describe('A kubeconfig file that only root can write; its current context counts. Default: the service account is used.'),
  apiServer: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe(
      'Address of the API server, for the service account. Default: what Kubernetes tells its pods (KUBERNETES_SERVICE_HOST and _PORT).',
    ),
  serviceAccount: absolute
    .default('/var/run/secrets/kubernetes.io/serviceaccount')
    .describe('Folder with ca.crt and token. Default: /var/run/secrets/kubernetes.io/serviceaccount.'),
}

export const KUBERNETES_PLACES = ['kubeconfig', 'apiServer', 'serviceAccount'] as const

const schema = z.object(kubernetesSettings)
export type KubernetesSettings = z.infer<typeof schema>

/** As an undo keeps them. */
export function settingsState({ kubeconfig, apiServer, serviceAccount }: KubernetesSettings): Readonly<Record<string, string>> {
  return { serviceAccount, ...(kubeconfig !== undefined && { kubeconfig }), ...(apiServer !== undefined && { apiServer }) }
}

export const settingsOf = (state: Readonly<Record<string, unknown>>): KubernetesSettings => schema.parse(state)
