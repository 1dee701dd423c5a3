/** Reads credentials for an API server. In the client’s process alone: a kubeconfig may name a program that is run for a token. */
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { readKept } from '../kept-file.ts'
import type { KubernetesSettings } from './settings.ts'

/** Throws an Error whose message is for people. `environment`: where Kubernetes tells its pods of the API server. */
export function loadCredentials(config: KubeConfig, settings: KubernetesSettings, environment: NodeJS.ProcessEnv): void {
  if (settings.kubeconfig !== undefined) loadFile(config, settings.kubeconfig)
  else loadServiceAccount(config, settings, environment)
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error('the kubeconfig has no current context')
  if (!cluster.server.startsWith('https:')) throw new Error(`${cluster.server} is no https address: the token would be readable on its way`)
  if (cluster.skipTLSVerify === true) throw new Error('the kubeconfig says insecure-skip-tls-verify: anybody could take the token')
}

function loadServiceAccount(
  config: KubeConfig,
  { serviceAccount, apiServer }: KubernetesSettings,
  { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port }: NodeJS.ProcessEnv,
): void {
  if (apiServer === undefined && (host === undefined || port === undefined))
    throw new Error('this is no pod of Kubernetes, and neither `kubeconfig` nor `apiServer` is set')
  const server = apiServer ?? `https://${host?.includes(':') ? `[${host}]` : host}:${port}`
  // Read anew each time: tokens of pods last an hour or so.
  const token = readFileSync(join(serviceAccount, 'token'), 'utf8').trim()
  if (token === '') throw new Error(`${join(serviceAccount, 'token')} is empty`)
  const caData = readFileSync(join(serviceAccount, 'ca.crt')).toString('base64')
  config.loadFromClusterAndUser({ name: 'cluster', server, caData, skipTLSVerify: false }, { name: 'agent', token })
}

/** It may name programs: who can write it, runs them as root. What was looked at is what is read, whoever changes a link or a folder on the way. */
function loadFile(config: KubeConfig, path: string): void {
  const place = realpathSync(path)
  config.loadFromString(readKept(place, { maxBytes: MAX_KUBECONFIG }).bytes.toString('utf8'))
  config.makePathsAbsolute(dirname(place))
}

const MAX_KUBECONFIG = 1 << 20
