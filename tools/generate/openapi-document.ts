/** docs/reference/openapi.json: as the server gives it. */
import { readFileSync } from 'node:fs'
import { openApiDocument } from '../../src/api/reference/openapi.ts'
import { RESOURCES } from '../../src/api/resources.ts'

export function generateOpenApi(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return `${JSON.stringify(openApiDocument(RESOURCES, version), null, 1)}\n`
}
