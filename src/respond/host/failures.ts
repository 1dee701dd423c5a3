/** What the kernel refuses is an expected failure of an action. */
import { getSystemErrorName } from 'node:util'
import { AppError } from '../../lib/app-error.ts'

export const failed = (action: string, reason: string): AppError => new AppError('ACTION_FAILED', { action, reason })

export const gone = (action: string, reason: string): AppError => new AppError('ACTION_GONE', { action, reason })

/** Errors of files and control groups become the action's; others stay what they are: AppErrors, and bugs. */
export async function asActionFailure<T>(action: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError || (error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new AppError('ACTION_FAILED', { action, reason: (error as Error).message }, { cause: error })
  }
}

/** `EPERM` for 1. */
export const errnoName = (errno: number): string => getSystemErrorName(-Math.abs(errno))
