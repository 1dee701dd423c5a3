/** Benign work, as files below noise/ describe it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'

const WORKLOAD = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  doc: z.string(),
  /** A script for /bin/sh -eu. */
  run: z.string(),
  /** Programs that must be installed on the host. */
  needs: z.array(z.string()).default([]),
  /** Debian packages that the sandbox installs before `run`, while the rules watch. */
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/)).default([]),
  in: z.enum(['host', 'container']).default('host'),
  /** The longest that it may take. */
  seconds: z.number().positive().max(600).default(60),
})

export type Workload = z.infer<typeof WORKLOAD>

/** In the order of their names. Throws AppError FILE_UNREADABLE, WORKLOAD_INVALID. */
export function readWorkloads(folder: string): readonly Workload[] {
  return filesOf(folder).map((file) => {
    const path = join(folder, file)
    try {
      return WORKLOAD.parse(parse(readFileSync(path, 'utf8')))
    } catch (cause) {
      throw new AppError('WORKLOAD_INVALID', { path, reason: (cause as Error).message }, { cause })
    }
  })
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort()
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', { path: folder, reason: (cause as Error).message }, { cause })
  }
}

/** Those with one of the names; all when there is none. Throws AppError WORKLOAD_UNKNOWN. */
export function chooseWorkloads(workloads: readonly Workload[], names: readonly string[]): readonly Workload[] {
  for (const name of names) if (!workloads.some((one) => one.name === name)) throw new AppError('WORKLOAD_UNKNOWN', { name })
  return names.length === 0 ? workloads : workloads.filter(({ name }) => names.includes(name))
}
