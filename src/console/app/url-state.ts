/**
 * The URL holds the whole state of a page. Parameters are plain (`?rule=A&rule=B&from=24h`), so that a link can be read and written by hand.
 * A page says with `parse` what it makes of them (they are anybody's text), and changes them with the function that it gets.
 */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

/** Parameters of a URL: a value, or several. */
export type Search = Readonly<Record<string, string | readonly string[] | undefined>>

/** For the router: text to parameters. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const search: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const known = Object.hasOwn(search, name) ? search[name] : undefined
    if (name === '__proto__') continue
    search[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value]
  }
  return search
}

/** For the router: parameters to text, with `?` unless there are none. Undefined, empty texts that stand alone, and empty lists are left out. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    // In a list the empty text is a choice: those that have none.
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && (one !== '' || Array.isArray(value))) parameters.append(name, String(one))
  }
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/')
  return text === '' ? '' : `?${text}`
}

export type ChangeSearch = (change: Search, how?: { readonly push?: boolean }) => void

/**
 * What the page's URL says, read by `parse` (a constant function), and how to change it: given names are set, undefined ones go,
 * all else stays. `push` makes a step that the browser's Back undoes; without it the present one is changed.
 */
export function useUrlState<T>(parse: (search: Search) => T): readonly [T, ChangeSearch] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const state = useMemo(() => parse(search), [parse, search])
  const change = useCallback<ChangeSearch>(
    (patch, how) => {
      void navigate({ to: '.', search: ((before: Search) => ({ ...before, ...patch })) as never, replace: how?.push !== true })
    },
    [navigate],
  )
  return [state, change]
}

/** The one value of a parameter (the first of several), or undefined. */
export function oneOf(search: Search, name: string): string | undefined {
  const value = search[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** Every value of a parameter. */
export function allOf(search: Search, name: string): readonly string[] {
  const value = search[name]
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** Those values of a parameter that are among `allowed`. */
export const someOf = <T extends string>(search: Search, name: string, allowed: readonly T[]): readonly T[] =>
  allOf(search, name).filter((value): value is T => (allowed as readonly string[]).includes(value))
