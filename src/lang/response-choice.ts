/** The response files that a person asked for on the command line, and those that were made elsewhere. */
import { listFolder, listTextFiles, readTextFiles } from '../lib/text-files.ts'
import { loadResponses, type ResponseOptions, type ResponseSet } from './load-responses.ts'
import { RESPONSE_MODES, type ResponseMode } from './response-items.ts'

export interface ResponseChoice {
  /** Files and folders. */
  readonly paths: readonly string[]
  /** A folder whose files come behind them. It may be empty, or not be there yet. */
  readonly managed: string | undefined
  /** No response does more than this mode, whatever it says itself. */
  readonly atMost: ResponseMode
}

const EXTENSIONS = ['.yaml', '.yml']
const MAX_READ_BYTES = 64 * 1024 * 1024

/** The files that would be read. Throws AppError FILE_*. */
export function chosenResponseFiles({ paths, managed }: ResponseChoice): readonly string[] {
  const own = paths.length === 0 ? [] : listTextFiles(paths, { extensions: EXTENSIONS })
  return [...own, ...(managed === undefined ? [] : listFolder(managed, { extensions: EXTENSIONS }))]
}

/** Throws AppError FILE_*; what is wrong inside the files are diagnostics. */
export function loadChosenResponses(choice: ResponseChoice, options: ResponseOptions): ResponseSet {
  const files = chosenResponseFiles(choice)
  const set = loadResponses(files.length === 0 ? [] : readTextFiles(files, { extensions: EXTENSIONS, maxBytes: MAX_READ_BYTES }), options)
  return { ...set, responses: set.responses.map((response) => ({ ...response, mode: capped(response.mode, choice.atMost) })) }
}

/** Modes stand from the most careful on. */
const capped = (mode: ResponseMode, atMost: ResponseMode): ResponseMode =>
  RESPONSE_MODES.indexOf(mode) <= RESPONSE_MODES.indexOf(atMost) ? mode : atMost
