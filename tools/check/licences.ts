import type { Check } from './check.ts'

export const licences: Check = {
  name: 'licences',
  doc: 'The kernel side says that it is GPL-2.0 (the kernel demands it), the rest of the C code that it is Apache-2.0.',
  run: (tree) =>
    tree.paths
      .filter((path) => /^(native|bench)\/.*\.[ch]$/.test(path))
      .flatMap((path) => {
        const licence = path.startsWith('native/bpf/') || path.endsWith('.bpf.c') ? 'GPL-2.0' : 'Apache-2.0'
        return tree.read(path).slice(0, 200).includes(`SPDX-License-Identifier: ${licence}`)
          ? []
          : [`${path}: does not begin with SPDX-License-Identifier: ${licence}`]
      }),
}
