import { AppError } from '../lib/app-error.ts'

/** Expected failures become the action's own; a bug stays what it is. */
export async function asFailureOf<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'ACTION_FAILED' || error.code === 'ACTION_GONE') throw error
    if (error.code === 'EVIDENCE_TARGET' && !isUnclear(error))
      throw new AppError('ACTION_GONE', { action, reason: String(error.facts.reason) })
    throw new AppError('ACTION_FAILED', { action, reason: error.message }, { cause: error })
  }
}

/** Of a container nobody may live, or none that can be told from others. */
const isUnclear = ({ cause }: AppError): boolean => cause instanceof AppError && cause.code === 'ACTION_FAILED'
