/**
 * The floor: empty programs on the hooks that the agent attaches. What they cost is the kernel's own price for being hooked; no filter can be cheaper.
 * They are compiled from a list of section names, and loaded as the sensor's own programs are.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type KernelSource, openKernelSource } from '../src/sources/ebpf.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The loader takes programs of wanted kinds only, and knows the kind by the beginning of the name. */
const PREFIX = 'file_open__floor'

/** Attaches empty programs until `stop()`. `sections` as libbpf knows them (`tracepoint/syscalls/sys_exit_openat`). Throws when one does not attach. */
export function attachFloor(sections: readonly string[], folder: string): KernelSource {
  const objectPath = join(folder, 'floor.bpf.o')
  const code = join(folder, 'floor.bpf.c')
  const attached = sections.filter(isAttached)
  writeFileSync(code, floorSource(attached))
  execFileSync('clang', [
    '-O2',
    '-g',
    '-target',
    'bpf',
    '-I',
    join(ROOT, 'build'),
    '-I',
    join(ROOT, 'native/bpf/lib'),
    '-c',
    code,
    '-o',
    objectPath,
  ])
  const floor = openKernelSource({ kinds: new Set(['file.open']), objectPath, onBatch: () => {} })
  const count = floor.hooks.filter((hook) => hook.state === 'attached').length
  if (count !== attached.length) throw new Error(`only ${count} of ${attached.length} empty programs could be attached`)
  return floor
}

/** Programs that others jump to, and iterators, run at no hook of their own. */
const isAttached = (section: string): boolean => /^(tracepoint|tp|tp_btf|raw_tp|raw_tracepoint)\//.test(section)

/** The maps are the sensor's, for its loader asks for them. */
function floorSource(sections: readonly string[]): string {
  const programs = sections.map((section, index) => `SEC("${section}") int ${PREFIX}_${index}(void *context) { return 0; }`)
  return `${[
    '#include "vmlinux.h"',
    '#include <bpf/bpf_helpers.h>',
    '#include "records.gen.h"',
    '#include "maps.h"',
    'char licence[] SEC("license") = "GPL";',
    ...programs,
  ].join('\n')}\n`
}
