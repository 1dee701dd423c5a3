/** What to do about an incident now. Nothing here does it: commands are for a person, on the host. */
import type { NextAction } from '../../../api/services.ts'
import type { Incident } from '../../../findings/incident.ts'
import type { StoredFinding, StoredProcess } from '../../../store/state-store.ts'
import { shellCommand } from './shell-command.ts'

export interface Situation {
  readonly incident: Incident
  readonly findings: readonly StoredFinding[]
  /** Of the findings, as far as they are known. */
  readonly processes: readonly StoredProcess[]
}

const MAX_EACH = 3
/** Techniques by which credentials get into other hands. */
const CREDENTIALS = /^T(1003|1552|1555|1528|1558|1040|1056|1110|1539|1606)\b/
/** Where the system's own programs lie. */
const SYSTEM = /^\/(usr|bin|sbin|lib|lib64|opt|nix)\//
const PRIVATE = /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd]|fe80)/i

export function nextActions(situation: Situation): readonly NextAction[] {
  return [
    ...freezes(situation),
    ...copies(situation),
    ...addresses(situation),
    ...containers(situation),
    ...credentials(situation),
    {
      title: 'If this is expected, say so',
      detail:
        'Open the finding and add an exception with an owner, a reason and an end: it stays silent from then on, and here it is marked.',
      command: undefined,
    },
  ]
}

/** A frozen process does nothing, and all that it holds stays to be looked at. */
function freezes({ processes }: Situation): NextAction[] {
  return processes
    .filter(({ exitNs, pid }) => exitNs === undefined && pid > 1)
    .slice(0, MAX_EACH)
    .map(({ pid, name }) => ({
      title: `Freeze ${name} (${pid})`,
      detail: `It still runs, as far as is known. See first that it is the same: ps -o lstart,cmd -p ${pid}. Thaw it with kill -CONT.`,
      command: shellCommand('sudo', 'kill', '-STOP', String(pid)),
    }))
}

/** A program that is no package's may be gone from the disk when its process ends. */
function copies({ processes }: Situation): NextAction[] {
  const odd = processes.filter(({ exePath }) => exePath.startsWith('/') && !SYSTEM.test(exePath))
  return unique(odd, ({ exePath }) => exePath).map(({ pid, exePath, exitNs }) => ({
    title: `Keep a copy of ${exePath}`,
    detail: 'It lies where no package puts programs. Compare its SHA-256 with what you know.',
    command: shellCommand('sudo', 'sha256sum', exitNs === undefined ? `/proc/${pid}/exe` : exePath),
  }))
}

function addresses({ findings }: Situation): NextAction[] {
  const remote = findings
    .flatMap(({ outputFields }) => [outputFields['fd.rip'], outputFields['fd.sip']])
    .filter((one) => typeof one === 'string')
  return unique(
    remote.filter((address) => !PRIVATE.test(address)),
    (address) => address,
  ).map((address) => ({
    title: `See who else talks to ${address}`,
    detail: 'Then decide whether to close the way out.',
    command: /^[\d.a-f:]+$/i.test(address) ? shellCommand('sudo', 'ss', '-tnp', 'dst', address) : undefined,
  }))
}

function containers({ incident: { containerId } }: Situation): NextAction[] {
  if (containerId === undefined) return []
  return [
    {
      title: `Pause container ${containerId}`,
      detail: 'It keeps its memory and its files. With another runtime: docker pause, nerdctl pause.',
      command: /^[\w.-]+$/.test(containerId)
        ? shellCommand('sudo', 'ctr', '--namespace', 'k8s.io', 'task', 'pause', containerId)
        : undefined,
    },
  ]
}

function credentials({ incident: { techniques, hostname } }: Situation): NextAction[] {
  if (!techniques.some((technique) => CREDENTIALS.test(technique))) return []
  return [
    {
      title: 'Change what may have been read',
      detail: `Passwords, keys and tokens that lay on ${hostname}, and within reach of the processes above, may be known to somebody else by now.`,
      command: undefined,
    },
  ]
}

function unique<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()].slice(0, MAX_EACH)
}
