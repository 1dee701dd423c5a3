/** Every section of a bundle, one line each, in the order in which they are collected: what is gone first comes first (RFC 3227, 2.1). */
import type { Section } from './section.ts'
import { changedFiles } from './sections/changed-files.ts'
import { commandLine } from './sections/command-line.ts'
import { deletedFiles } from './sections/deleted-files.ts'
import { environment } from './sections/environment.ts'
import { executable } from './sections/executable.ts'
import { given } from './sections/given.ts'
import { kernel } from './sections/kernel.ts'
import { memory } from './sections/memory.ts'
import { memoryMaps } from './sections/memory-maps.ts'
import { namespaces } from './sections/namespaces.ts'
import { openFiles } from './sections/open-files.ts'
import { packets } from './sections/packets.ts'
import { processTree } from './sections/process-tree.ts'
import { status } from './sections/status.ts'

export const SECTIONS: readonly Section[] = [
  processTree,
  given,
  packets,
  status,
  memoryMaps,
  openFiles,
  commandLine,
  environment,
  executable,
  deletedFiles,
  memory,
  namespaces,
  changedFiles,
  kernel,
]
