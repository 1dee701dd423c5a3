import { AppError } from '../lib/app-error.ts'

/** Expected failures become the action's own; a bug stays what it is. */
export async function asFailureOf<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'ACTION_FAILED') throw error
    throw new AppError('ACTION_FAILED', { action, reason: error.message }, { cause: error })
  }
}
