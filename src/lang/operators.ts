/** The operators of the rule language. To add one: a file in operators/ and a line here. */
import type { Operator } from './operator.ts'
import { bcontains } from './operators/bcontains.ts'
import { bstartsWith } from './operators/bstarts-with.ts'
import { contains } from './operators/contains.ts'
import { endsWith } from './operators/ends-with.ts'
import { equal } from './operators/equal.ts'
import { exists } from './operators/exists.ts'
import { glob } from './operators/glob.ts'
import { greater } from './operators/greater.ts'
import { greaterOrEqual } from './operators/greater-or-equal.ts'
import { icontains } from './operators/icontains.ts'
import { iglob } from './operators/iglob.ts'
import { inList } from './operators/in.ts'
import { intersects } from './operators/intersects.ts'
import { less } from './operators/less.ts'
import { lessOrEqual } from './operators/less-or-equal.ts'
import { notEqual } from './operators/not-equal.ts'
import { pmatch } from './operators/pmatch.ts'
import { regex } from './operators/regex.ts'
import { startsWith } from './operators/starts-with.ts'

const LIST: readonly Operator[] = [
  equal,
  notEqual,
  less,
  lessOrEqual,
  greater,
  greaterOrEqual,
  contains,
  icontains,
  bcontains,
  startsWith,
  bstartsWith,
  endsWith,
  glob,
  iglob,
  regex,
  inList,
  intersects,
  pmatch,
  exists,
]

/** By every way to write them. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  LIST.flatMap((operator) => [operator.name, ...(operator.aliases ?? [])].map((name) => [name, operator] as const)),
)
