/**
 * What a process is called. The kernel knows the name of its first thread, which the process may change. Node.js, from 24 on, calls the first thread
 * of every program NO_NAME: that says what the thread does and not which program runs, and rules ask for the program. Other new names are taken as
 * they are: those of a session or a worker tell people more than that of the program, and whoever wants to be called otherwise need only copy the
 * file. So a name is no proof either way; the path of the program is.
 */
import { encodeText } from './encode.ts'
import { fileNameOf } from './path.ts'

export const NO_NAME = 'MainThread'

const COMM_BYTES = 15

/** The name that the kernel gives to a process which runs the program of that path. */
export const nameOfProgram = (path: string): string => encodeText(fileNameOf(path)).subarray(0, COMM_BYTES).toString()

/** Of a process whose exec was not seen. `comm`: the name of its first thread; `path` may be empty. */
export const processName = (comm: string, path: string): string => (comm === NO_NAME && path !== '' ? nameOfProgram(path) : comm)
