/** The modifiers of Sigma. To add one: a file in modifiers/ and a line here. */
import type { Modifier } from './modifier.ts'
import { all } from './modifiers/all.ts'
import { any } from './modifiers/any.ts'
import { base64 } from './modifiers/base64.ts'
import { base64offset } from './modifiers/base64-offset.ts'
import { cased } from './modifiers/cased.ts'
import { cidr } from './modifiers/cidr.ts'
import { contains } from './modifiers/contains.ts'
import { endswith } from './modifiers/endswith.ts'
import { exists } from './modifiers/exists.ts'
import { expand } from './modifiers/expand.ts'
import { fieldReference } from './modifiers/field-reference.ts'
import { gt } from './modifiers/gt.ts'
import { gte } from './modifiers/gte.ts'
import { ignoreCase } from './modifiers/ignore-case.ts'
import { lt } from './modifiers/lt.ts'
import { lte } from './modifiers/lte.ts'
import { multiLine } from './modifiers/multi-line.ts'
import { neq } from './modifiers/neq.ts'
import { re } from './modifiers/re.ts'
import { singleLine } from './modifiers/single-line.ts'
import { startswith } from './modifiers/startswith.ts'
import { utf16 } from './modifiers/utf16.ts'
import { utf16be } from './modifiers/utf16be.ts'
import { utf16le } from './modifiers/utf16le.ts'
import { windash } from './modifiers/windash.ts'

const LIST: readonly Modifier[] = [
  contains,
  startswith,
  endswith,
  all,
  any,
  cased,
  neq,
  exists,
  re,
  ignoreCase,
  multiLine,
  singleLine,
  cidr,
  gt,
  gte,
  lt,
  lte,
  base64,
  base64offset,
  utf16le,
  utf16be,
  utf16,
  windash,
  expand,
  fieldReference,
]

/** By every name. */
export const MODIFIERS: ReadonlyMap<string, Modifier> = new Map(
  LIST.flatMap((modifier) => [modifier.name, ...(modifier.aliases ?? [])].map((name) => [name, modifier] as const)),
)
