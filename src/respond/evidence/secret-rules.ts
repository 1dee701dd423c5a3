/** What counts as a secret in an environment or on a command line. Data: a rule is a line. */

export interface SecretNameRule {
  readonly rule: string
  /** Against the name of a variable or an option. */
  readonly name: RegExp
}

export interface SecretShapeRule {
  readonly rule: string
  /** Against a value; each match is taken out. Each begins at a place of its own or is bounded, so that a long value takes linear time. */
  readonly shape: RegExp
}

/** Names that a rule below would hit, and which tell no secret. */
export const HARMLESS_NAMES: ReadonlySet<string> = new Set(
  'PWD OLDPWD SSH_AUTH_SOCK SSH_AGENT_PID XAUTHORITY SESSION_MANAGER XDG_SESSION_ID XDG_SESSION_TYPE XDG_SESSION_CLASS DESKTOP_SESSION DBUS_SESSION_BUS_ADDRESS SUDO_ASKPASS'.split(
    ' ',
  ),
)

export const SECRET_NAMES: readonly SecretNameRule[] = [
  { rule: 'name:password', name: /passw|passphrase|(^|[_.-])(pass|pwd)($|[_.-])|pwd$/i },
  { rule: 'name:secret', name: /secret/i },
  { rule: 'name:token', name: /token/i },
  { rule: 'name:key', name: /api-?key|(^|[_.-])keys?($|[_.-])|(access|private|signing|encryption|master|account)key/i },
  { rule: 'name:credential', name: /credential|(^|[_.-])creds?($|[_.-])/i },
  { rule: 'name:session', name: /cookie|(^|[_.-])(session|sid|auth|bearer|jwt|signature)($|[_.-])/i },
  { rule: 'name:connection', name: /connection_?string|(^|_)(dsn|sas)($|_)/i },
]

/** Forms as their issuers document them. */
export const SECRET_SHAPES: readonly SecretShapeRule[] = [
  { rule: 'pem', shape: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g },
  { rule: 'jwt', shape: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g },
  { rule: 'aws-access-key', shape: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { rule: 'github-token', shape: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})/g },
  { rule: 'gitlab-token', shape: /(?<![\w-])gl(?:pat|rt|dt|cbt|ptt|ft|soat|agent)-[\w-]{20,255}/g },
  { rule: 'slack-token', shape: /(?<![\w-])xox[abeoprs]-[\w-]{10,255}/g },
  { rule: 'stripe-key', shape: /(?<!\w)[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/g },
  { rule: 'model-key', shape: /(?<![\w-])sk-[\w-]{20,255}/g },
  { rule: 'google-key', shape: /(?<![\w-])(?:AIza[\w-]{35}|GOCSPX-[\w-]{28}|ya29\.[\w-]{20,2048})/g },
  { rule: 'hugging-face-token', shape: /(?<!\w)hf_[A-Za-z0-9]{30,255}/g },
  { rule: 'npm-token', shape: /(?<!\w)npm_[A-Za-z0-9]{36}/g },
  { rule: 'tarsier-token', shape: /(?<!\w)tsr_\w{20,255}/g },
  { rule: 'authorization', shape: /(?<!\w)(?:bearer|basic) +[\w.~+/-]{8,}=*/gi },
  { rule: 'url-password', shape: /(?<=:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,256}(?=@)/g },
]
