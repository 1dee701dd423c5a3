import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import type { Log } from '../lib/log.ts'
import { needSecret, openSecret, type Secret, secretSettings } from './delivery/secret.ts'
import { deliveryPresets, deliverySettings } from './delivery/settings.ts'
import { JSON_FORMATS, renderer } from './formats/formats.ts'
import { createHttpDelivery } from './http/http-delivery.ts'
import { httpSettings, urlOf } from './http/http-settings.ts'
import { defineOutput } from './output.ts'
import { OBJECT_PARTS, objectNameOf } from './s3-object-name.ts'
import { objectPath, signed } from './s3-signature.ts'
import { countSetting, flagSetting } from './settings.ts'

const OBJECT = 'tarsier/{date}/{host}/{time}-{id}.ndjson.gz'
const WAIT_SECONDS = 60
const { host, ...http } = httpSettings()

const schema = z.strictObject({
  ...http,
  bucket: z
    .string({ error: 'a bucket must follow s3://' })
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .describe('The bucket.'),
  object: z
    .string()
    .max(512)
    .refine((text) => !/(^|\/)\.{0,2}(\/|$)/.test(text), 'must be a name without empty parts, . and ..')
    .refine(
      (text) => [...text.matchAll(/\{([^}]*)\}/g)].every(([, name = '']) => OBJECT_PARTS.includes(name)),
      `knows {${OBJECT_PARTS.join('}, {')}} alone`,
    )
    .default(OBJECT)
    .describe(
      `Name of each object, also what follows the bucket: {date} is 2026-11-23, {year}, {month}, {day} and {hour} its parts, {time} that of the first finding, {host}, {id} the same when a batch is sent again; all in UTC. Default: ${OBJECT}.`,
    ),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a region')
    .default('us-east-1')
    .describe('Region of the bucket. Default: us-east-1, which MinIO takes too.'),
  endpoint: host.optional().describe('Name or address of another server than Amazon’s, such as MinIO’s. Default: s3.REGION.amazonaws.com.'),
  pathStyle: flagSetting('The bucket stands in the path and not in the host name, as most other servers than Amazon’s want it.'),
  format: z
    .enum(JSON_FORMATS)
    .default('json')
    .describe('What a line of an object is: json (Falco’s keys and ours), ocsf or ecs. Default: json.'),
  batch: countSetting('Findings in one object at most.', 5000, 100_000),
  wait: countSetting('Seconds after which an object is written though it could hold more.', WAIT_SECONDS, 3600),
  ...secretSettings('accessKey', 'the access key id. Without it AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN count.'),
  ...secretSettings('secretKey', 'the secret access key.'),
  ...secretSettings('sessionToken', 'the session token of temporary credentials.'),
  ...deliverySettings(),
})

/** An object of compressed lines grows to this, by what findings take in memory. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024

const PRESETS = {
  object: OBJECT,
  region: 'us-east-1',
  pathStyle: false,
  format: 'json',
  batch: 5000,
  wait: WAIT_SECONDS,
  insecure: false,
  proxy: false,
  ...deliveryPresets(),
}

/** Findings to object stores. */
export const s3 = defineOutput({
  name: 's3',
  schemes: ['s3', 's3+http'],
  doc: 'Writes findings into a bucket of Amazon S3 or of what takes the same requests (MinIO, Ceph, R2): objects of compressed JSON lines, signed with Signature Version 4. What waits is written at the end, too.',
  schema,
  examples: [
    {
      spec: 's3://security-lake/findings/year={year}/month={month}/day={day}/{host}-{id}.json.gz?region=eu-central-1&format=ocsf',
      doc: 'Amazon S3, partitioned by day, as OCSF; the keys are in the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      config: {
        ...PRESETS,
        transport: 'https',
        bucket: 'security-lake',
        object: 'findings/year={year}/month={month}/day={day}/{host}-{id}.json.gz',
        region: 'eu-central-1',
        format: 'ocsf',
      },
    },
    {
      spec: 's3://tarsier?endpoint=minio.example.org&port=9000&pathStyle=true&accessKeyFile=/etc/tarsier/s3-id&secretKeyFile=/etc/tarsier/s3-key',
      doc: 'MinIO over HTTPS.',
      config: {
        ...PRESETS,
        transport: 'https',
        bucket: 'tarsier',
        endpoint: 'minio.example.org',
        port: 9000,
        pathStyle: true,
        accessKeyFile: '/etc/tarsier/s3-id',
        secretKeyFile: '/etc/tarsier/s3-key',
      },
    },
  ],
  settingsOf: (spec) => ({
    transport: spec.scheme === 's3+http' ? 'http' : 'https',
    bucket: spec.host,
    object: spec.path?.replace(/^\//, '') || undefined,
  }),
  open: (config, context) => {
    const output = 's3'
    const region = config.region
    const { accessKey, secretKey, sessionToken } = credentialsOf(config, context.log)
    const render = renderer(config.format, 'full')
    const base = (): URL => {
      const server = config.endpoint ?? `s3.${region}.amazonaws.com`
      return urlOf({ ...config, host: config.pathStyle ? server : `${config.bucket}.${server}` }, '/', { output })
    }
    return createHttpDelivery({
      output,
      config,
      context,
      url: base,
      secrets: [secretKey, sessionToken, accessKey],
      maxBatch: Math.max(1, config.batch),
      maxWaitMs: config.wait * 1000,
      limits: { maxBatchBytes: MAX_BATCH_BYTES },
      request: async (batch) => {
        const path = objectPath(`${config.pathStyle ? `${config.bucket}/` : ''}${objectNameOf(config.object, batch)}`)
        const url = new URL(`${base().origin}${path}`)
        const body = await compress(await linesOf(batch, render))
        const headers = signed({
          method: 'PUT',
          url,
          headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
          body,
          accessKey: accessKey.value(),
          secretKey: secretKey.value(),
          sessionToken: sessionToken?.value(),
          region,
          nowMs: Date.now(),
        })
        return { method: 'PUT', url, headers, body }
      },
    })
  },
})

const compress = promisify(gzip)

/** Findings rendered in one turn of the event loop: who watches the kernel must not wait for more. */
const SLICE = 50

async function linesOf(batch: readonly Finding[], render: (finding: Finding) => string): Promise<string> {
  let text = ''
  for (const [n, finding] of batch.entries()) {
    if (n > 0 && n % SLICE === 0) await nextTurn()
    text += `${render(finding)}\n`
  }
  return text
}

interface Credentials {
  readonly accessKey: Secret
  readonly secretKey: Secret
  readonly sessionToken: Secret | undefined
}

/** Those of the settings, else the usual variables. Throws AppError OUTPUT_SETTING. */
function credentialsOf(config: z.infer<typeof schema>, log: Log): Credentials {
  const output = 's3'
  const { accessKeyFile, accessKeyEnv, secretKeyFile, secretKeyEnv, sessionTokenFile, sessionTokenEnv } = config
  const isGiven = accessKeyFile !== undefined || accessKeyEnv !== undefined
  const usual = (name: string): string | undefined => (isGiven || (process.env[name] ?? '') === '' ? undefined : name)
  return {
    accessKey: needSecret({ output, name: 'accessKey', file: accessKeyFile, env: accessKeyEnv ?? usual('AWS_ACCESS_KEY_ID') }, log),
    secretKey: needSecret({ output, name: 'secretKey', file: secretKeyFile, env: secretKeyEnv ?? usual('AWS_SECRET_ACCESS_KEY') }, log),
    sessionToken: openSecret(
      { output, name: 'sessionToken', file: sessionTokenFile, env: sessionTokenEnv ?? usual('AWS_SESSION_TOKEN') },
      log,
    ),
  }
}
