import { keepProcFiles } from '../proc-files.ts'
import type { Section } from '../section.ts'

export const memoryMaps: Section = {
  name: 'memory-maps',
  doc: 'Which addresses each process has mapped, from which files, and how they may be used.',
  maxBytes: 64 * 2 ** 20,
  maxMs: 15_000,
  collect: (gathering) => keepProcFiles(gathering, ['maps', 'smaps_rollup'], 16 * 2 ** 20),
}
