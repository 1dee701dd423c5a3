/**
 * Which containers a cgroup path claims. A name alone proves nothing: the shapes are those that runtimes make, and a shape
 * that anything could have is only believed when the runtime's own state knows the container (container-state.ts).
 */

export interface ContainerClaim {
  /** What the shape stands for; empty for a shape that anything can have: it counts only when a runtime's state knows the id. */
  readonly runtime: string
  /** In full: 64 hex digits, or the name for runtimes that have no other id. */
  readonly id: string
  readonly podUid?: string
  /** A user of the host, who has this part of the cgroups for himself, chose the name: what runtimes of root know of the id is of another container. */
  readonly ofUser?: true
}

const HEX_ID = '[0-9a-f]{64}'

interface Shape {
  /** Matched against one segment; group 1 is the id. */
  readonly segment: RegExp
  /** The segment before must match, where given. */
  readonly under?: RegExp
  readonly runtime: string
}

/**
 * Sources: runc libcontainer/cgroups (systemd `PREFIX-ID.scope`, cgroupfs `PARENT/ID`), containerd internal/cri and nerdctl,
 * cri-o, podman libpod, LXC's lxc.payload, systemd's machined.
 */
const SHAPES: readonly Shape[] = [
  { segment: new RegExp(`^docker-(${HEX_ID})\\.scope$`), runtime: 'docker' },
  { segment: new RegExp(`^cri-containerd-(${HEX_ID})\\.scope$`), runtime: 'containerd' },
  { segment: new RegExp(`^nerdctl-(${HEX_ID})\\.scope$`), runtime: 'containerd' },
  { segment: new RegExp(`^crio-(${HEX_ID})(?:\\.scope)?$`), runtime: 'cri-o' },
  { segment: new RegExp(`^libpod-(${HEX_ID})(?:\\.scope)?$`), runtime: 'podman' },
  { segment: new RegExp(`^libpod-payload-(${HEX_ID})$`), runtime: 'podman' },
  { segment: /^systemd-nspawn@(.+)\.service$/, runtime: 'systemd-nspawn' },
  { segment: /^machine-((?!qemu|libvirt|lxc).+)\.scope$/, under: /^machine\.slice$/, runtime: 'systemd-nspawn' },
  { segment: /^lxc\.payload\.(.+)$/, runtime: 'lxc' },
  { segment: /^(.+)$/, under: /^lxc\.payload$/, runtime: 'lxc' },
  // `PARENT.slice:PREFIX:ID`: a runtime without the systemd driver under a kubelet with it.
  { segment: new RegExp(`^[^:]+:cri-containerd:(${HEX_ID})$`), runtime: 'containerd' },
  { segment: new RegExp(`^[^:]+:crio:(${HEX_ID})$`), runtime: 'cri-o' },
  { segment: new RegExp(`^[^:]+:docker:(${HEX_ID})$`), runtime: 'docker' },
  // cgroupfs driver.
  { segment: new RegExp(`^(${HEX_ID})$`), under: /^docker$/, runtime: 'docker' },
  { segment: /^(.+)$/, under: /^lxc$/, runtime: 'lxc' },
  { segment: new RegExp(`^(${HEX_ID})$`), under: /^pod[0-9a-f][0-9a-f_-]{15,}$/, runtime: 'containerd' },
  { segment: new RegExp(`^(${HEX_ID})$`), runtime: '' },
]

/** A name that a person chose: `runc run NAME` and `ctr run IMAGE NAME` make cgroups of just that name. */
const CHOSEN_NAME = /^[\w+.-]{1,128}$/

/** pod uid of a cgroupfs path (`pod3e41dc6b-…`) or a systemd one (`kubepods-burstable-pod3e41dc6b_….slice`). */
const POD_SEGMENT = /^(?:(?:kubelet-)?kubepods(?:-burstable|-besteffort)?-)?pod([0-9a-f][0-9a-f_-]{15,63})(?:\.slice.*)?$/

/** systemd delegates what is below it to that user (systemd.resource-control(5), Delegate=). */
const USER_MANAGER = /^user@(?!0\.)\d+\.service$/

const MAX_SEGMENTS = 64

/**
 * Every container that the path may stand in, outermost first. The outer ones are the host's; who sits in a container can make
 * cgroups of any name below it, so what comes later proves less.
 */
export function claimsOf(path: string): readonly ContainerClaim[] {
  const segments = path.split('/', MAX_SEGMENTS).filter((segment) => segment !== '')
  const users = segments.findIndex((segment) => USER_MANAGER.test(segment))
  let podUid: string | undefined
  const claims = segments.flatMap((segment, at) => {
    podUid ??= POD_SEGMENT.exec(segment)?.[1]?.replaceAll('_', '-')
    const claim = claimAt(segment, segments[at - 1] ?? '')
    if (claim === undefined) return []
    return [{ ...claim, ...(podUid !== undefined && { podUid }), ...(users >= 0 && at > users && { ofUser: true as const }) }]
  })
  return [...chosenNames(claims.length > 0 ? segments.slice(0, 1) : segments), ...claims]
}

function claimAt(segment: string, before: string): ContainerClaim | undefined {
  for (const { segment: pattern, under, runtime } of SHAPES) {
    if (under !== undefined && !under.test(before)) continue
    const id = pattern.exec(segment)?.[1]
    if (id !== undefined) return { runtime, id: unescapeUnit(id) }
  }
  return undefined
}

/** `/NAME` is runc's, `/NAMESPACE/NAME` containerd's. Both are shapes of anything. */
function chosenNames(segments: readonly string[]): ContainerClaim[] {
  const [first = '', second = ''] = segments
  if (!CHOSEN_NAME.test(first) || NOT_CHOSEN.test(first)) return []
  return [first, second].filter((name) => CHOSEN_NAME.test(name)).map((id) => ({ runtime: '', id }))
}

/** Units of systemd, and what runtimes call the parents of their containers. */
const NOT_CHOSEN = /\.(slice|service|scope)$|^(docker|lxc|lxc\.(payload|monitor).*|kubepods|libpod_parent|machine)$/

/** systemd writes other characters as `\x2d` in unit names (systemd.unit(5)). */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
