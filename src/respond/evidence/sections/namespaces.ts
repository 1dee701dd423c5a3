import { keepProcFiles } from '../proc-files.ts'
import { forEachProcess, linkOrNone, namesIn, textUpTo } from '../read-proc.ts'
import type { Section } from '../section.ts'

const FILES = ['cgroup', 'mountinfo', 'limits', 'uid_map', 'gid_map', 'setgroups', 'loginuid', 'sessionid', 'attr/current']
const MAX_STATUS = 64 * 1024
/** include/uapi/linux/capability.h, from 0. */
const CAPABILITIES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  )
/** seccomp(2), by the number in status. */
const SECCOMP = ['off', 'strict', 'filter']

export const namespaces: Section = {
  name: 'namespaces',
  doc: 'Where each process lives: namespaces, control groups, mounts, limits, capabilities, seccomp.',
  maxBytes: 64 * 2 ** 20,
  maxMs: 15_000,
  collect: async (gathering) => {
    await keepProcFiles(gathering, FILES)
    await forEachProcess(gathering, async (pid, folder) => {
      const status = await textUpTo(`${folder}/status`, MAX_STATUS)
      const field = (name: string): string => new RegExp(`^${name}:\\t(.*)$`, 'm').exec(status)?.[1] ?? ''
      const { names } = await namesIn(`${folder}/ns`, 64)
      const links = await Promise.all(names.map(async (name) => [name, await linkOrNone(`${folder}/ns/${name}`)] as const))
      const sets = ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'].map((set) => [set, capabilitiesOf(field(`Cap${set}`))] as const)
      await gathering.json(`${pid}/facts.json`, {
        pid,
        namespaces: Object.fromEntries(links.toSorted()),
        capabilities: Object.fromEntries(sets),
        seccomp: SECCOMP[Number(field('Seccomp'))] ?? field('Seccomp'),
        seccompFilters: Number(field('Seccomp_filters')),
        noNewPrivileges: field('NoNewPrivs') === '1',
        pidsInNamespaces: field('NSpid').split('\t').map(Number),
      })
    })
  },
}

function capabilitiesOf(hex: string): readonly string[] {
  if (!/^[0-9a-f]{1,16}$/.test(hex)) return []
  const set = BigInt(`0x${hex}`)
  return Array.from({ length: 64 }, (_, bit) => bit).flatMap((bit) =>
    (set >> BigInt(bit)) & 1n ? [CAPABILITIES[bit] ?? `CAP_${bit}`] : [],
  )
}
