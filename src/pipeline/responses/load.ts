/** Response files, read and checked against the actions that there are. */
import { FINDING_VOCABULARY } from '../../detect/finding-vocabulary.ts'
import { PROCESS_VOCABULARY } from '../../detect/responses.ts'
import { loadResponses, type ResponseOptions, type ResponseSet } from '../../lang/load-responses.ts'
import { loadChosenResponses, type ResponseChoice } from '../../lang/response-choice.ts'
import type { ResponseStep } from '../../lang/response-items.ts'
import { AppError } from '../../lib/app-error.ts'
import { nearest } from '../../lib/nearest.ts'
import type { AnyAction } from '../../respond/action.ts'
import { ACTIONS } from '../../respond/actions.ts'

/** Throws AppError FILE_*; what is wrong inside the files are diagnostics. */
export const readResponses = (choice: ResponseChoice): ResponseSet => loadChosenResponses(choice, OPTIONS)

/** One text, as if it were a file. */
export const readResponseText = (text: string, path: string): ResponseSet => loadResponses([{ path, text }], OPTIONS)

/** Throws AppError ACTION_UNKNOWN. */
export function actionNamed(name: string): AnyAction {
  const found = ACTIONS.find((one) => one.name === name)
  if (found !== undefined) return found
  const near = nearest(
    name,
    ACTIONS.map((one) => one.name),
  )
  throw new AppError('ACTION_UNKNOWN', { action: name, hint: near === undefined ? '' : ` Did you mean ${near}?` })
}

/** Throws AppError ACTION_SETTING for settings that are not the action's. */
export function checkSettings(action: AnyAction, settings: unknown): void {
  const result = action.schema.safeParse(settings)
  if (result.success) return
  const [issue] = result.error.issues
  throw new AppError('ACTION_SETTING', { action: action.name, problem: [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ') })
}

function checkStep({ action, settings, forNs }: ResponseStep): { readonly problem: string; readonly fix: string } | undefined {
  try {
    const found = actionNamed(action.value)
    checkSettings(found, settings)
    if (forNs === undefined || found.undo !== undefined) return undefined
    return { problem: `${found.name} cannot be taken back`, fix: 'Remove `for:`.' }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { problem: error.message, fix: error.fix }
  }
}

const OPTIONS: ResponseOptions = { findings: FINDING_VOCABULARY, processes: PROCESS_VOCABULARY, checkStep }
