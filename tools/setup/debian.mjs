/** The Debian packages that building the BPF object and the addon takes. Found by what they bring, so that another source of it serves as well. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { Missing, say, Unable } from './say.mjs'

/** [package, what it brings: a program on PATH, or a file by absolute path]. */
const PACKAGES = [
  ['clang', 'clang'],
  ['llvm', 'llvm-strip'],
  ['bpftool', 'bpftool'],
  ['gcc', 'cc'],
  ['binutils', 'objcopy'],
  ['libbpf-dev', '/usr/include/bpf/libbpf.h'],
  ['libelf-dev', '/usr/include/libelf.h'],
  ['zlib1g-dev', '/usr/include/zlib.h'],
]

/** What tests run: without it they are skipped, and say so. */
const FOR_TESTS = [
  ['runc', 'runc'],
  ['chromium', 'chromium'],
  ['kcat', 'kcat'],
  ['qemu-system-x86', 'qemu-system-x86_64'],
  ['nftables', 'nft'],
  ['openssh-client', 'ssh-keygen'],
  ['libwrap0', '/lib/x86_64-linux-gnu/libwrap.so.0'],
]

/**
 * Likewise, but laid into a folder of ours and not installed: with the package a service would start on every boot, or another kernel would.
 * [package, what it brings, the paths in it that are wanted, where not all].
 */
const UNPACKED_FOR_TESTS = [
  ['nats-server', 'usr/sbin/nats-server'],
  ['containerd', 'usr/bin/containerd'],
  ['openssh-server', 'usr/sbin/sshd', './usr/sbin/sshd'],
  ['busybox-static', 'bin/busybox'],
  [
    'linux-image-amd64',
    'boot/vmlinuz-*',
    './boot/vmlinuz-*',
    './lib/modules/*/kernel/fs',
    './lib/modules/*/kernel/net/9p',
    './lib/modules/*/kernel/drivers/virtio',
  ],
]
const UNPACKED = 'build/programs'

/** Programs that Debian keeps where only root's PATH looks. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin']

/** Installs what is missing. @throws {Missing} where that takes root, apt or a network that is not there. */
export function installPackages() {
  const missing = missingPackages()
  if (missing.length === 0) return
  const command = `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
  const are = missing.length === 1 ? 'is' : 'are'
  if (!onPath('apt-get'))
    throw new Unable(
      `${list(missing)} ${are} missing, and this system has no apt-get to install ${missing.length === 1 ? 'it' : 'them'}.`,
      `your system's package manager for: ${missing.join(' ')}`,
    )
  if (process.getuid?.() !== 0) throw new Unable(`${list(missing)} ${are} missing, and only root can install Debian packages.`, command)
  say(`installing Debian packages: ${missing.join(' ')}`)
  if (!missing.every(known)) apt(['update'])
  if (apt(['install', '-y', '--no-install-recommends', ...missing])) return
  // A list of packages that is too old names files that the server no longer has.
  if (apt(['update']) && apt(['install', '-y', '--no-install-recommends', ...missing])) return
  throw new Missing(`apt-get could not install ${list(missing)}: its message stands above.`, `sudo apt-get update && ${command}`)
}

/** Whether tests could use more than is here, and it can be installed. */
export function lacksForTests() {
  if (!onPath('apt-get') || process.getuid?.() !== 0) return false
  return missingOf(FOR_TESTS).length > 0 || UNPACKED_FOR_TESTS.some(([name = '', brings = '']) => !isUnpacked(brings) && !onPath(name))
}

/** Installs what tests can use. */
export function installForTests() {
  for (const [name = '', brings = '', ...wanted] of UNPACKED_FOR_TESTS) unpack(name, brings, wanted)
  const missing = missingOf(FOR_TESTS)
  if (missing.length === 0) return
  say(`installing Debian packages for tests: ${missing.join(' ')}`)
  if (!missing.every(known)) apt(['update'])
  if (!apt(['install', '-y', '--no-install-recommends', ...missing]))
    say(`apt-get could not install ${list(missing)}: the tests that need it are skipped`)
}

/** Into UNPACKED; what is there or on PATH already stays. @param {string} name @param {string} brings @param {string[]} wanted */
function unpack(name, brings, wanted) {
  if (isUnpacked(brings) || onPath(name)) return
  say(`fetching the Debian package for tests: ${name}`)
  if (!known(name)) apt(['update'])
  mkdirSync(UNPACKED, { recursive: true })
  const source = name === 'linux-image-amd64' ? currentKernel() : name
  const fetched = spawnSync('apt-get', ['-q', 'download', source], { cwd: UNPACKED, stdio: ['ignore', 2, 2] }).status === 0
  const file = fetched ? readdirSync(UNPACKED).find((one) => one.startsWith(`${source}_`) && one.endsWith('.deb')) : undefined
  if (file === undefined || !extract(file, wanted)) say(`${name} could not be had: the tests that need it are skipped`)
  if (file !== undefined) rmSync(join(UNPACKED, file))
}

/** @param {string} brings a path in UNPACKED, whose last part may end in `*` */
const isUnpacked = (brings) => {
  const folder = join(UNPACKED, dirname(brings))
  const start = basename(brings).replace(/\*$/, '')
  return existsSync(folder) && readdirSync(folder).some((one) => (brings.endsWith('*') ? one.startsWith(start) : one === start))
}

/** The package that linux-image-amd64, which is empty itself, stands for. */
const currentKernel = () =>
  / linux-image-\S+/
    .exec(spawnSync('apt-cache', ['depends', '--important', 'linux-image-amd64'], { encoding: 'utf8' }).stdout ?? '')?.[0]
    .trim() ?? ''

/** @param {string} file @param {string[]} wanted */
const extract = (file, wanted) =>
  spawnSync('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" | { shift; tar -x --wildcards "$@"; }', 'sh', file, ...wanted], {
    cwd: UNPACKED,
    stdio: ['ignore', 2, 2],
  }).status === 0

const missingPackages = () => missingOf(PACKAGES)

/** @param {string[][]} packages */
const missingOf = (packages) =>
  packages.filter(([, brings = '']) => !(brings.startsWith('/') ? existsSync(brings) : onPath(brings))).map(([name = '']) => name)

/** @param {string} program */
function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

/** Whether apt's lists offer the package. @param {string} name */
function known(name) {
  return /^ {2}Candidate: (?!\(none\))/m.test(
    spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout ?? '',
  )
}

/** Runs apt-get without questions; its words go to standard error. @param {string[]} args */
function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 2, 2], env }).status === 0
}

/** "a", "a and b", "a, b and c". @param {string[]} names */
const list = (names) => names.join(', ').replace(/, ([^,]*)$/, ' and $1')
