/** Every output, one line each. */
import { elasticsearch } from './elasticsearch.ts'
import { file } from './file.ts'
import { json } from './json.ts'
import { kafka } from './kafka.ts'
import { loki } from './loki.ts'
import { nats } from './nats.ts'
import { opsgenie } from './opsgenie.ts'
import { otlp } from './otlp.ts'
import type { AnyOutput } from './output.ts'
import { pagerduty } from './pagerduty.ts'
import { s3 } from './s3.ts'
import { slack } from './slack.ts'
import { smtp } from './smtp.ts'
import { splunk } from './splunk.ts'
import { syslog } from './syslog.ts'
import { teams } from './teams.ts'
import { terminal } from './terminal.ts'
import { webhook } from './webhook.ts'

export const OUTPUTS: readonly AnyOutput[] = [
  terminal,
  json,
  file,
  syslog,
  webhook,
  slack,
  teams,
  pagerduty,
  opsgenie,
  splunk,
  elasticsearch,
  loki,
  otlp,
  s3,
  kafka,
  nats,
  smtp,
]
