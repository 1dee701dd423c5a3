/** What a finding has in common with others that come of the same cause. */
import type { Finding, LineageEntry } from '../findings/finding.ts'
import type { CausalKey } from '../findings/incident.ts'

/**
 * Programs that start what has nothing to do with each other: a tree of processes ends below them. Service managers, those that let people
 * in, and runtimes of containers.
 */
const STARTERS: ReadonlySet<string> = new Set([
  ...['systemd', 'init', 'sd-pam', 'openrc', 'runit', 'runsvdir', 's6-svscan', 'supervisord', 'launchd'],
  ...['sshd', 'sshd-session', 'login', 'agetty', 'getty', 'gdm', 'sddm', 'lightdm', 'tmux', 'screen'],
  ...['cron', 'crond', 'CRON', 'anacron', 'atd'],
  ...[
    'containerd',
    'containerd-shim',
    'dockerd',
    'docker-init',
    'conmon',
    'crio',
    'podman',
    'runc',
    'crun',
    'tini',
    'dumb-init',
    'kubelet',
  ],
  ...['kthreadd', 'tarsier'],
])

/** Kernel names are cut at 15 characters: `containerd-shim-runc-v2` is one of them. */
const isStarter = ({ pid, name }: LineageEntry): boolean => pid === 1 || STARTERS.has(name) || name.startsWith('containerd-shim')

/** None for findings about Tarsier itself, and for those of which nothing is known but that they were. */
export function causalKeys({ source, hostname, lineage, containerId, outputFields }: Finding): readonly CausalKey[] {
  if (source === 'internal') return []
  const top = topmost(lineage)
  const pod = outputFields['k8s.pod.name']
  return [
    ...(top === undefined ? [] : [{ kind: 'process-tree', value: `${hostname}/${top.pid}@${top.startNs}` } as const]),
    ...(containerId === undefined ? [] : [{ kind: 'container', value: `${hostname}/${containerId}` } as const]),
    ...(typeof pod === 'string' && pod !== ''
      ? [{ kind: 'pod', value: `${String(outputFields['k8s.ns.name'] ?? '')}/${pod}` } as const]
      : []),
  ]
}

/** The last before a starter; the process itself where it is one. */
function topmost(lineage: readonly LineageEntry[]): LineageEntry | undefined {
  const end = lineage.findIndex((entry, index) => index > 0 && isStarter(entry))
  return end === -1 ? lineage.at(-1) : lineage[end - 1]
}
