/**
 * Another kernel than the host's: Debian's, with BTF and BPF LSM, in a machine that qemu emulates (no KVM, no rights of its own). It boots
 * in some seconds, sees the whole file system of the host under the same paths (9p, read-only; what it writes lies over it in memory),
 * runs one command as root and ends.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const QEMU = 'qemu-system-x86_64'
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
/** Where set-up lays what it unpacks. */
const PROGRAMS = join(REPOSITORY, 'build/programs')
const BUSYBOX = join(PROGRAMS, 'bin/busybox')
/** What the kernel lacks to see the host's files, each after those it needs. */
const MODULES = [
  'virtio_ring',
  'virtio',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'netfs',
  'fscache',
  '9pnet',
  '9pnet_virtio',
  '9p',
  'overlay',
]

export interface Emulated {
  /** Of the command; undefined where the machine did not end by itself (deadline, panic). */
  readonly code: number | undefined
  /** What the command wrote to both its streams. */
  readonly output: string
  /** The kernel's log: its warnings and errors. */
  readonly console: string
  /** Release of the kernel, e.g. `6.1.0-56-amd64`. */
  readonly kernel: string
}

export interface MachineOptions {
  /** After this many milliseconds the machine is switched off, whatever it does. */
  readonly deadlineMs?: number
  /** Security modules to start, as in `lsm=`. */
  readonly lsm?: string
  readonly memoryMb?: number
}

/** Why no machine can be emulated here; undefined where one can. For `skip(reason)`. */
export function cannotEmulate(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the emulated machine is made for Linux on x86-64'
  if (spawnSync(QEMU, ['--version']).error !== undefined) return `there is no ${QEMU}: npm run setup installs it where it is root`
  if (kernels().length === 0 || !existsSync(BUSYBOX)) return 'there is no kernel for the emulated machine: npm test fetches it'
  return undefined
}

/** Boots, runs `command` (a line of sh, in the repository, with this Node first on PATH) and switches off. @throws Error where qemu does not start. */
export async function emulate(command: string, options: MachineOptions = {}): Promise<Emulated> {
  const { deadlineMs = 90_000, lsm = 'lockdown,yama,bpf', memoryMb = 2048 } = options
  const kernel = kernels().at(-1)
  if (kernel === undefined) throw new Error(cannotEmulate())
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-emulated-'))
  try {
    const shared = join(folder, 'shared')
    mkdirSync(shared)
    writeFileSync(join(shared, 'main'), mainOf(command))
    makeInitrd(folder, kernel)
    await switchOn(folder, kernel, { deadlineMs, lsm, memoryMb })
    const read = (path: string): string => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '')
    const code = read('shared/code').trim()
    return { code: code === '' ? undefined : Number(code), output: read('shared/output'), console: read('console'), kernel }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const kernels = (): readonly string[] =>
  globSync(join(PROGRAMS, 'boot/vmlinuz-*'))
    .map((path) => path.slice(path.lastIndexOf('/vmlinuz-') + '/vmlinuz-'.length))
    .sort()

/** Process 1 of the machine, once it stands on the host's files. */
const mainOf = (
  command: string,
): string => `export PATH='${dirname(process.execPath)}':/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
cd '${REPOSITORY}'
(
${command}
) > /run/shared/output 2>&1 < /dev/null
echo $? > /run/shared/code
echo b > /proc/sysrq-trigger
`

const INIT = `#!/bin/busybox sh
b=/bin/busybox
for module in ${MODULES.join(' ')}; do $b insmod /modules/$module.ko; done
$b mkdir /host /over /new
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host
$b mount -t tmpfs over /over
$b mkdir /over/upper /over/work
$b mount -t overlay -o lowerdir=/host,upperdir=/over/upper,workdir=/over/work root /new
$b mount -t proc proc /new/proc
$b mount -t sysfs sysfs /new/sys
$b mount -t bpf bpf /new/sys/fs/bpf
$b mount -t tracefs tracefs /new/sys/kernel/tracing
$b mount -t securityfs securityfs /new/sys/kernel/security
$b mount -t cgroup2 cgroup2 /new/sys/fs/cgroup
$b mount -t devtmpfs dev /new/dev
$b mkdir -p /new/dev/pts /new/dev/shm
$b mount -t devpts devpts /new/dev/pts
$b mount -t tmpfs shm /new/dev/shm
$b mount -t tmpfs run /new/run
$b mkdir /new/run/shared
$b mount -t 9p -o trans=virtio,version=9p2000.L shared /new/run/shared
$b ip link set lo up
exec $b switch_root /new /bin/sh /run/shared/main
`

/** The first file system: busybox, the modules, and what mounts the rest. */
function makeInitrd(folder: string, kernel: string): void {
  const content = join(folder, 'initrd.d')
  mkdirSync(join(content, 'bin'), { recursive: true })
  mkdirSync(join(content, 'modules'))
  cpSync(BUSYBOX, join(content, 'bin/busybox'))
  for (const module of MODULES) {
    const [path] = globSync(join(PROGRAMS, `lib/modules/${kernel}/kernel/**/${module}.ko`))
    if (path === undefined) throw new Error(`the kernel ${kernel} has no module ${module}`)
    cpSync(path, join(content, `modules/${module}.ko`))
  }
  writeFileSync(join(content, 'init'), INIT, { mode: 0o755 })
  const out = openSync(join(folder, 'initrd'), 'w')
  const input = globSync('**', { cwd: content }).join('\n')
  const { status, stderr } = spawnSync(BUSYBOX, ['cpio', '-o', '-H', 'newc'], { cwd: content, input, stdio: ['pipe', out, 'pipe'] })
  closeSync(out)
  if (status !== 0) throw new Error(`cpio: ${stderr}`)
}

/** Until it is off again. */
async function switchOn(folder: string, kernel: string, options: Required<MachineOptions>): Promise<void> {
  const share = (name: string, path: string, more: string): readonly string[] => [
    ...['-fsdev', `local,id=${name},path=${path},security_model=none${more}`],
    ...['-device', `virtio-9p-pci,fsdev=${name},mount_tag=${name}`],
  ]
  const machine = spawn(
    QEMU,
    [
      ...['-accel', 'tcg,thread=single', '-cpu', 'Nehalem', '-m', `${options.memoryMb}M`],
      ...['-nodefaults', '-no-reboot', '-display', 'none', '-serial', `file:${join(folder, 'console')}`],
      ...['-kernel', join(PROGRAMS, `boot/vmlinuz-${kernel}`), '-initrd', join(folder, 'initrd')],
      ...['-append', `console=ttyS0 quiet panic=-1 lsm=${options.lsm}`],
      ...share('host', '/', ',readonly=on,multidevs=remap'),
      ...share('shared', join(folder, 'shared'), ''),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const complaints: Buffer[] = []
  machine.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  const late = setTimeout(() => machine.kill('SIGKILL'), options.deadlineMs)
  try {
    const code = await exitOf(machine)
    if (code !== 0 && code !== null) throw new Error(`${QEMU}: ${Buffer.concat(complaints)}`)
  } finally {
    clearTimeout(late)
  }
}

/** @returns null where a signal ended it */
const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
