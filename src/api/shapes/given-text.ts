/** Texts that requests may bring: none is without an end, none holds a NUL. */
import Type from 'typebox'
import { oneOf } from './shape.ts'

const NO_NUL = '^[^\\u0000]*$'

/** `most` in UTF-16 units. */
export const text = (most: number, description: string, example?: string) =>
  Type.String({ minLength: 1, maxLength: most, pattern: NO_NUL, description, ...(example === undefined ? {} : { examples: [example] }) })

/** The same, but it may be empty. */
export const textOrNothing = (most: number, description: string) => Type.String({ maxLength: most, pattern: NO_NUL, description })

/** Never shown again, and in no log. */
export const secretText = (most: number, description: string) =>
  Type.String({ minLength: 1, maxLength: most, writeOnly: true, description })

/** An id as we made it. */
export const id = (what: string) => Type.String({ minLength: 1, maxLength: 200, pattern: NO_NUL, description: `Id of ${what}.` })

const MOST_CHOSEN = 50

/** Repeated keys: `rule=A&rule=B`. */
export const chosen = (most: number, description: string) =>
  Type.Optional(Type.Array(text(most, description), { maxItems: MOST_CHOSEN, description: `${description} May be repeated.` }))

/** The same, where the empty text stands for those without one. */
export const chosenOrNone = (most: number, description: string) =>
  Type.Optional(
    Type.Array(textOrNothing(most, description), {
      maxItems: MOST_CHOSEN,
      description: `${description} Empty: without one. May be repeated.`,
    }),
  )

/** The same, for one of these words. */
export const chosenOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Optional(Type.Array(oneOf(words), { maxItems: MOST_CHOSEN, description: `${description} May be repeated.` }))

export const perhaps = (most: number, description: string) => Type.Optional(text(most, description))
