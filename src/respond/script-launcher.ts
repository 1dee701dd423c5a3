/**
 * A process of its own: goes into a control group, then becomes the script. Nothing of the script runs outside the group, so that nothing gets away from it.
 * Arguments: the group's folder, the program.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '', program = ''] = process.argv.slice(2)
writeFileSync(join(folder, 'cgroup.procs'), String(process.pid))
// Node ignores these two, and what a process ignores its programs inherit: a listener that came and went leaves the default.
for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.once(signal, () => undefined).removeAllListeners(signal)
if (process.execve === undefined) throw new Error(`Node ${process.version} cannot become another program`)
// What this was given as environment, and nothing else; standard input and output stay what they are.
process.execve(program, [program], process.env)
