/** What is wrong in what is being written: the server says, with the parser of the rules, shortly after the last key. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ApiDiagnostic } from '../../../api/services.ts'
import { send } from '../../api/client.ts'

const PAUSE_MS = 250
const NONE: readonly ApiDiagnostic[] = []

const checkQuery = (condition: string) =>
  queryOptions({
    queryKey: ['conditions', 'check', condition],
    queryFn: async () =>
      (await send<{ readonly diagnostics: readonly ApiDiagnostic[] }>('POST', '/conditions/check', { condition })).diagnostics,
    staleTime: 60_000,
  })

/** None while it is not known yet. */
export function useConditionCheck(draft: string): readonly ApiDiagnostic[] {
  const [settled, setSettled] = useState(draft)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft])
  const { data } = useQuery({ ...checkQuery(settled), enabled: settled.trim() !== '' })
  return settled === draft && draft.trim() !== '' ? (data ?? NONE) : NONE
}
