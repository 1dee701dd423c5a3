/** Names of techniques, out of the coverage report. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { get } from './client.ts'

const techniqueNamesQuery = queryOptions({
  queryKey: ['coverage', 'names'],
  queryFn: async ({ signal }) => namesIn(await get<unknown>('/coverage', {}, signal)),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

/** Undefined until it is known, and for what ATT&CK does not have. */
export function useTechniqueName(id: string): string | undefined {
  return useQuery({ ...techniqueNamesQuery, notifyOnChangeProps: ['data'] }).data?.get(id)
}

/** Whatever in the report has a technique's id and a name. */
function namesIn(report: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { id, name } = value as { readonly id?: unknown; readonly name?: unknown }
    if (typeof id === 'string' && typeof name === 'string' && /^T\d{4}(\.\d{3})?$/.test(id)) names.set(id, name)
    for (const part of Object.values(value)) visit(part)
  }
  visit(report)
  return names
}
