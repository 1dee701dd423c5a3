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

/**
 * Of what a person asks for by hand: who may have a process killed may not by that choose whose program runs, whom root's credentials are shown, or what the agent
 * calls. Throws AppError ACTION_SETTING for a place that is neither the action's default nor what a step of the files says for that action.
 */
export function checkPlaces(
  action: AnyAction,
  settings: Readonly<Record<string, unknown>>,
  { responses }: Pick<ResponseSet, 'responses'>,
): void {
  const steps = responses.flatMap((response) => response.steps).filter((step) => step.action.value === action.name)
  for (const place of action.places ?? []) {
    const wanted = JSON.stringify(settings[place])
    const known = [action.schema.shape[place]?.safeParse(undefined).data, ...steps.map((step) => step.settings[place])]
    if (wanted === undefined || known.some((one) => JSON.stringify(one) === wanted)) continue
    throw new AppError('ACTION_SETTING', {
      action: action.name,
      problem: `${place} names a place, and only response files may: none of them says that`,
    })
  }
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
