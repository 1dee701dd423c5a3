/** The transformers of the rule language. To add one: a file in transformers/ and a line here. `val(field)` is the parser's. */
import type { Transformer } from './transformer.ts'
import { b64 } from './transformers/b64.ts'
import { basename } from './transformers/basename.ts'
import { concat } from './transformers/concat.ts'
import { getopt } from './transformers/getopt.ts'
import { join } from './transformers/join.ts'
import { len } from './transformers/len.ts'
import { tolower } from './transformers/tolower.ts'
import { toupper } from './transformers/toupper.ts'

const LIST: readonly Transformer[] = [tolower, toupper, b64, basename, len, join, concat, getopt]

export const TRANSFORMERS: ReadonlyMap<string, Transformer> = new Map(LIST.map((transformer) => [transformer.name, transformer]))
