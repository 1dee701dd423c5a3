/** The loads that the cost of the agent is measured with, and what Falco adds to the same ones. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Workload {
  readonly name: string
  readonly doc: string
  /** Command line. `count`: how much of it. */
  readonly command: (folder: string, count: number) => readonly string[]
  readonly count: number
  readonly quickCount: number
  /** Wall-clock ratio and CPU seconds of Falco 0.44.1 (modern eBPF, its default rules), lost events in percent. */
  readonly falco: { readonly ratio: number; readonly cpuSeconds: number; readonly lostPercent: number }
}

/** Measured on 2026-11-22 on Linux 6.18, 2 cores: medians of five alternating runs of the same programs. */
export const FALCO_MEASURED = 'Falco 0.44.1, modern eBPF probe, 25 default rules, 2026-11-22, Linux 6.18, 2 cores'

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'find',
    doc: 'find /usr -xdev, again and again',
    command: (_, count) => ['/bin/sh', '-c', `i=0; while [ $i -lt ${count} ]; do find /usr -xdev; i=$((i+1)); done`],
    count: 10,
    quickCount: 3,
    falco: { ratio: 1.27, cpuSeconds: 0.5, lostPercent: 0 },
  },
  // Falco took 1.03 s for 20,000; half of them measure as well.
  program('forkexec', 'fork and execve of /bin/true', 10_000, 2_000, { ratio: 1.04, cpuSeconds: 0.52, lostPercent: 0 }),
  {
    ...program('openclose', 'open and close of one file', 1_000_000, 200_000, { ratio: 1.95, cpuSeconds: 1.2, lostPercent: 31 }),
    command: (folder, count) => [join(folder, 'openclose'), String(count), join(folder, 'file')],
  },
  program('connacc', 'connect and accept over loopback', 100_000, 20_000, { ratio: 1.13, cpuSeconds: 0.32, lostPercent: 0 }),
  program('rw', 'write and read of a pipe, of no interest to any rule', 1_000_000, 200_000, { ratio: 1.21, cpuSeconds: 0, lostPercent: 0 }),
  program('getppid', 'the cheapest system call, of no interest', 10_000_000, 2_000_000, { ratio: 1.32, cpuSeconds: 0, lostPercent: 0 }),
]

function program(name: string, doc: string, count: number, quickCount: number, falco: Workload['falco']): Workload {
  return { name, doc, count, quickCount, falco, command: (folder, times) => [join(folder, name), String(times)] }
}

/** Compiles bench/workloads/*.c into `folder` and makes the file that openclose opens. */
export function buildWorkloads(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const sources = new URL('workloads/', import.meta.url)
  for (const name of ['forkexec', 'openclose', 'connacc', 'rw', 'getppid', 'steady', 'newfiles']) {
    execFileSync('cc', ['-O2', '-Wall', '-Werror', '-o', join(folder, name), new URL(`${name}.c`, sources).pathname])
  }
  writeFileSync(join(folder, 'file'), 'x')
}
