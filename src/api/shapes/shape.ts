/** JSON schemas of what comes in and goes out. Those of our nouns are held to their types: a field too few or too many does not compile. */
import Type, { type Static, type TEnum, type TObject, type TProperties, type TSchema } from 'typebox'

/** What JSON makes of it: nothing may be written to, and what may be undefined may be absent. */
type Wire<T> = T extends readonly (infer Item)[]
  ? readonly Wire<Item>[]
  : T extends object
    ? { readonly [K in keyof T]-?: undefined extends T[K] ? Wire<Exclude<T[K], undefined>> | Absent : Wire<T[K]> }
    : T

type Absent = 'may be absent'

type Same<Noun, Described> = [Noun] extends [Described]
  ? [Described] extends [Noun]
    ? unknown
    : { readonly 'the schema allows what the noun cannot be': Described }
  : { readonly 'the schema lacks what the noun has': Described }

/** What a handler may return for a schema: the nouns as they are, readonly and with undefined for what is absent. */
export type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: undefined extends T[K] ? Given<Exclude<T[K], undefined>> | undefined : Given<T[K]> }
    : T

/** `nounShape<User>()('User', 'Somebody who may come in.', {…})`. The title names it in the reference. */
export function nounShape<Noun>() {
  return <P extends TProperties>(title: string, doc: string, properties: P & Same<Wire<Noun>, Wire<Static<TObject<P>>>>): TObject<P> =>
    Type.Object(properties as P, { title, description: doc, additionalProperties: false })
}

/** An object with these keys and no others, for bodies and for answers that are no noun of their own. */
export function record<P extends TProperties>(properties: P, description?: string): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...(description === undefined ? {} : { description }) })
}

/** `{items}`. */
export const listOf = <S extends TSchema>(item: S) => record({ items: Type.Array(item) })

/** `{items, next}`: `next` is the cursor of the next page, absent on the last. */
export const pageOf = <S extends TSchema>(item: S) => record({ items: Type.Array(item), next: Type.Optional(Type.String()) })

/** One of these words. */
export const oneOf = <const Words extends readonly string[]>(words: Words, description?: string): TEnum<[...Words]> =>
  Type.Enum([...words], description === undefined ? {} : { description }) as unknown as TEnum<[...Words]>

/** A number or text or truth value, or null for none. */
export const plainValue = () => Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])

export const timeNs = (doc: string) => Type.Number({ description: `${doc} In ns since 1970.` })
export const words = () => Type.Array(Type.String())
export const optionalText = () => Type.Optional(Type.String())
/** Whole, 0 or more. */
export const count = (doc?: string) => Type.Integer({ minimum: 0, ...(doc === undefined ? {} : { description: doc }) })
