/** What somebody may who comes from an OpenID provider. */
import type { Role } from '../../store/access-store.ts'
import type { OidcSettings } from '../settings/oidc-settings.ts'
import { mayAs } from './roles.ts'

const MOST_VALUES = 1000

/** The highest role that a value of the claim gives; else the default; undefined: they are turned away. */
export function roleOfClaims(claims: Readonly<Record<string, unknown>>, settings: OidcSettings): Role | undefined {
  const { roles, defaultRole, roleClaim } = settings
  const value = Object.hasOwn(claims, roleClaim) && isVouchedFor(roleClaim, claims) ? claims[roleClaim] : undefined
  const values = (Array.isArray(value) ? value.slice(0, MOST_VALUES) : [value]).filter((one) => typeof one === 'string')
  const given = values.filter((one) => Object.hasOwn(roles, one)).map((one) => roles[one] as Role)
  return (
    given.reduce<Role | undefined>((highest, role) => (highest !== undefined && mayAs(highest, role) ? highest : role), undefined) ??
    defaultRole
  )
}

/** At many providers people give any address of mail as theirs; whether it is says the claim beside it (OpenID Connect Core 1.0, 5.1). */
const isVouchedFor = (claim: string, claims: Readonly<Record<string, unknown>>): boolean =>
  claim !== 'email' || (Object.hasOwn(claims, 'email_verified') && claims.email_verified === true)
