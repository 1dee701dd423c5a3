/** How people come in by an OpenID provider. Read from server.yaml by server-settings.ts. */
import type { Role } from '../../store/access-store.ts'

export interface OidcSettings {
  /** In addresses: `corp`. */
  readonly id: string
  /** On the button: `Continue with Corp`. */
  readonly label: string
  /** Its discovery document lies below this address; https, or http on loopback. */
  readonly issuer: string
  readonly clientId: string
  /** Undefined for public clients, which PKCE alone protects. */
  readonly clientSecret: string | undefined
  readonly scopes: readonly string[]
  /** The claim that says what somebody may: a text or a list of texts. */
  readonly roleClaim: string
  /** Value of the claim → role; of several the highest counts. */
  readonly roles: Readonly<Record<string, Role>>
  /** Of those whom no value gives a role; undefined: they are turned away. */
  readonly defaultRole: Role | undefined
}
