/** Texts made of a process's arguments and environment, and walks over its ancestors. */
import type { Process } from '../process.ts'

/** No lineage on a real host is deeper; the bound keeps hostile fork chains cheap. */
const MAX_ANCESTORS = 64

export function firstArgument(process: Process): string {
  return process.argv[0] ?? ''
}

export function exeLine(process: Process): string {
  return process.args === '' ? firstArgument(process) : `${firstArgument(process)} ${process.args}`
}

/** The environment that was asked last: rules ask one for several variables, and a shell gives the same one to all that it starts. */
const asked = { env: [] as readonly string[], values: new Map<string, string>() }

/** Value of a variable, empty when it is not set. */
export function environmentValue({ env }: Process, name: string): string {
  if (env !== asked.env) {
    asked.env = env
    asked.values.clear()
  }
  const known = asked.values.get(name)
  if (known !== undefined) return known
  const start = `${name}=`
  const value = env.find((entry) => entry.startsWith(start))?.slice(start.length) ?? ''
  asked.values.set(name, value)
  return value
}

/** The ancestor `level` above: 0 is the process itself. */
export function ancestorAt(process: Process | undefined, level: number): Process | undefined {
  let at = process
  for (let step = 0; step < level && at !== undefined; step++) at = at.parent
  return at
}

/** The ancestors, nearest first, without the process itself. */
export function ancestorsOf(process: Process): Process[] {
  const all: Process[] = []
  for (let at = process.parent; at !== undefined && all.length < MAX_ANCESTORS; at = at.parent) all.push(at)
  return all
}

/** The leader where it is an ancestor or the process itself, else the eldest in unbroken line that has the same number. */
export function eldestWithSame(process: Process, numberOf: (process: Process) => number, sameNamespace: boolean): Process {
  const number = numberOf(process)
  let eldest = process
  for (let at: Process | undefined = process, steps = 0; at !== undefined && steps < MAX_ANCESTORS; at = at.parent, steps++) {
    if (numberOf(at) !== number || (sameNamespace && at.pidNs !== process.pidNs)) break
    eldest = at
  }
  return eldest
}
