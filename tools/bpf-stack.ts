/** How much stack each function of a BPF object takes with all that it calls, as verifiers before 6.7 count it. */
import { execFileSync } from 'node:child_process'

/** Bytes that a program has together with its functions (MAX_BPF_STACK, include/linux/filter.h). */
export const STACK_LIMIT = 512
/** To what the verifier rounds each function up (check_max_stack_depth, kernel/bpf/verifier.c). */
const ROUNDING = 32

interface Function {
  readonly name: string
  readonly section: string
  readonly from: number
  readonly to: number
}

/** @param object compiled with -fstack-size-section. @returns bytes by name of function; throws when a tool of LLVM fails. */
export function stackDepths(object: string): ReadonlyMap<string, number> {
  const own = ownStacks(read('llvm-readelf', '--stack-sizes', object))
  const calls = callsOf(read('llvm-objdump', '-r', object), functionsOf(read('llvm-readelf', '-W', '-S', '-s', object)))
  const depth = (name: string): number =>
    Math.ceil(Math.max(own.get(name) ?? 0, 1) / ROUNDING) * ROUNDING + Math.max(0, ...[...(calls.get(name) ?? [])].map(depth))
  return new Map([...own.keys()].map((name) => [name, depth(name)]))
}

const read = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] })

const ownStacks = (text: string): ReadonlyMap<string, number> =>
  new Map([...text.matchAll(/^ +(\d+) +(\w+)$/gm)].map(([, size, name]) => [name ?? '', Number(size)]))

function functionsOf(text: string): readonly Function[] {
  const sections = new Map([...text.matchAll(/^ +\[ *(\d+)\] (\S+)/gm)].map(([, index, name]) => [index, name ?? '']))
  return [...text.matchAll(/^ *\d+: ([\da-f]+) +(\d+) FUNC +\w+ +\w+ +(\d+) (\w+)$/gm)].map(([, value, size, index, name]) => {
    const from = Number.parseInt(value ?? '', 16)
    return { name: name ?? '', section: sections.get(index) ?? '', from, to: from + Number(size) }
  })
}

/** Who calls whom, by the relocations of call instructions. */
function callsOf(text: string, functions: readonly Function[]): ReadonlyMap<string, ReadonlySet<string>> {
  const calls = new Map<string, Set<string>>()
  let section = ''
  for (const line of text.split('\n')) {
    section = /^RELOCATION RECORDS FOR \[(.+)\]:$/.exec(line)?.[1] ?? section
    const [, offset, callee] = /^([\da-f]+) R_BPF_64_32 +(\w+)$/.exec(line) ?? []
    if (callee === undefined) continue
    const at = Number.parseInt(offset ?? '', 16)
    const caller = functions.find((one) => one.section === section && one.from <= at && at < one.to)?.name
    if (caller !== undefined) calls.set(caller, (calls.get(caller) ?? new Set()).add(callee))
  }
  return calls
}
