/** Builds what commands need of this process, runs one, and leaves in order. */
import { runCli } from '../cli/cli.ts'
import { createContext } from './context.ts'
import { leave } from './leave.ts'

const args = process.argv.slice(2)
const context = createContext()
process.on('uncaughtException', leaveWithBug)
process.on('unhandledRejection', leaveWithBug)
await leave(await runCli(args, context), context)

/** What nobody caught is a bug: it is shown with its stack, what was printed before is not lost, and the exit code is 4. */
async function leaveWithBug(error: unknown): Promise<void> {
  const { reportError } = await import('../cli/report-error.ts')
  await leave(reportError(error, args, context), context)
}
