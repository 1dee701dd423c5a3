import type { Operator } from '../operator.ts'
import { compilePathPrefixes } from '../path-prefix.ts'

export const pmatch = {
  name: 'pmatch',
  doc: 'True when one of the paths is the field or a directory above it, component by component. Components may be globs.',
  right: 'list',
  types: ['string'],
  rightField: false,
  examples: [
    ['/var/run/docker.sock', ['/var/run'], true],
    ['/var/run', ['/var/run/'], true],
    ['/var/runx', ['/var/run'], false],
    ['/var', ['/var/run'], false],
    ['/home/ana/.ssh/id', ['/etc', '/home/*/.ssh'], true],
    ['/home/ana/x/.ssh', ['/home/*/.ssh'], false],
    ['/any/path', ['/'], true],
  ],
  compile: (constants) => compilePathPrefixes(constants as readonly string[]) as (value: unknown) => boolean,
} satisfies Operator
