/**
 * Every problem that the rule language can report: a code, a constant sentence with facts in {braces}, and what to do.
 * Codes that begin with LOAD_ are Falco's where Falco has one. Their texts are pinned by the cases in cases/.
 */
import type { Place } from './ast.ts'

export type Severity = 'error' | 'warning'

interface Message {
  readonly severity: Severity
  readonly message: string
  readonly fix: string
}

const error = (message: string, fix: string): Message => ({ severity: 'error', message, fix })
const warning = (message: string, fix: string): Message => ({ severity: 'warning', message, fix })

export const MESSAGES = {
  // Files
  LOAD_FILE_TOO_LARGE: error('the file has {bytes} bytes; at most {limit} are read', 'Split it into several files.'),
  LOAD_ERR_YAML_PARSE: error('this is not YAML: {reason}', 'Mend the YAML here; the rest of the file was still read.'),
  LOAD_UNKNOWN_ALIAS: error(
    'the alias *{alias} stands for nothing: there is no &{alias} before it',
    'Write `&{alias}` before what it is to stand for.',
  ),
  LOAD_YAML_TOO_COMPLEX: error(
    'the YAML is too complex: {reason}',
    'Write it out plainly: rule files need few aliases and little nesting.',
  ),
  LOAD_NOT_A_LIST: error('a rule file is a list of items, this is {found}', 'Begin each item with `- `, for example `- rule: name`.'),
  LOAD_NOT_AN_ITEM: error('an item is a map of keys, this is {found}', 'Write `- rule: name`, `- macro: name` or `- list: name`.'),
  LOAD_UNKNOWN_ITEM: warning(
    'unknown kind of item (its keys: {keys}){suggestion}',
    'An item has one of the keys rule, macro, list, required_engine_version, required_plugin_versions.',
  ),
  LOAD_UNKNOWN_KEY: warning('the unknown key {key} in a {item} is ignored{suggestion}', 'Keys of a {item}: {known}.'),
  LOAD_DUPLICATE_KEY: warning('the key {key} is given twice; the first one counts', 'Remove one of the two.'),
  LOAD_IGNORED_KEY: warning('{key} is ignored beside {beside}', 'Give {key} in an item with `override`.'),
  LOAD_DEPRECATED_ITEM: warning('{what} is deprecated', '{instead}'),
  LOAD_MISSING_KEY: error('the key {key} is missing in this {item}', 'Add `{key}:` to it.'),
  LOAD_EMPTY_VALUE: error('{key} is empty', 'Give it a value or remove the key.'),
  LOAD_NOT_A_SCALAR: error('{key} must be a single value', 'Write `{key}: value`.'),
  LOAD_ELEMENT_NOT_A_SCALAR: error('the elements of {key} must be single values', 'Write `{key}: [a, b]`.'),
  LOAD_NOT_A_SEQUENCE: error('{key} must be a list', 'Write `{key}: [a, b]`.'),
  LOAD_NOT_A_BOOLEAN: error('{key} must be true or false, not {value}', 'Write `{key}: true` or `{key}: false`.'),
  LOAD_NOT_A_NUMBER: error('{key} must be a number of 0 or more, not {value}', 'Write `{key}: 5000`.'),
  LOAD_BAD_PRIORITY: error(
    'unknown priority {value}{suggestion}',
    'Priorities: EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG.',
  ),
  LOAD_ENGINE_VERSION: error(
    'the file needs engine version {required}, this is {ours}; none of its items was read from here on',
    'Use rules made for engine {ours} or older, or a newer version of this program.',
  ),
  LOAD_BAD_VERSION: error('{value} is no version', 'Write three numbers: `0.57.0`.'),
  LOAD_UNKNOWN_PLUGIN: warning('nothing is known of the plugin {plugin}{suggestion}', 'Rules that need its fields are left out.'),
  LOAD_UNKNOWN_SOURCE: warning('the rule {rule} is left out: unknown source {source}{suggestion}', 'Known sources: {known}.'),
  LOAD_SOURCE_UNAVAILABLE: warning(
    'nothing reads the source {source} yet (no field {field}): the rule {rule} is left out',
    'It is kept ready for the day the source exists; nothing to do.',
  ),
  LOAD_TOO_MANY: error('{count} more problems are not shown', 'Mend those above first.'),

  // Lists, macros, rules and how they are put together
  LOAD_INVALID_LIST_NAME: warning(
    'the list name {name} can not be used in a condition',
    'A list name has no blanks, quotes, parentheses, commas or equals signs.',
  ),
  LOAD_INVALID_MACRO_NAME: warning(
    'the macro name {name} can not be used in a condition',
    'A macro name has letters, digits and underscores, and begins with a letter.',
  ),
  LOAD_UNUSED_MACRO: warning('the macro {name} is not used', 'Remove it, or use it.'),
  LOAD_UNUSED_LIST: warning('the list {name} is not used', 'Remove it, or use it.'),
  LOAD_LIST_CYCLE: error('the list {name} names itself: {path}', 'Break the circle.'),
  LOAD_LIST_TOO_LARGE: error('the list {name} has more than {limit} items once its lists are spliced in', 'Make it smaller.'),
  LOAD_OVERRIDE_AND_APPEND: error('override and append: true can not stand together', 'Write `{key}: append` under `override` instead.'),
  LOAD_BAD_OVERRIDE: error('override of {key} must be {allowed}, not {value}', 'Write `override: {{key}: {first}}`.'),
  LOAD_NOT_OVERRIDABLE: error('{key} can not be overridden in a {item}{suggestion}', 'What can be: {allowed}.'),
  LOAD_NOT_APPENDABLE: error('{key} can not be appended to', 'Use `{key}: replace`.'),
  LOAD_OVERRIDE_WITHOUT_VALUE: error('override of {key} is asked for, but {key} is not given', 'Add `{key}:` to the item.'),
  LOAD_VALUE_WITHOUT_OVERRIDE: error(
    '{key} is given, but has no entry under override',
    'Add `{key}: append` or `{key}: replace` under `override`.',
  ),
  LOAD_NOTHING_TO_CHANGE: error('{name} exists, but this item changes nothing of it', 'Give a condition or exceptions.'),
  LOAD_NO_SUCH_LIST: error('there is no list {name} to {action}{suggestion}', 'Define the list before this item.'),
  LOAD_NO_SUCH_MACRO: error('there is no macro {name} to {action}{suggestion}', 'Define the macro before this item.'),
  LOAD_NO_SUCH_RULE: error('there is no rule {name} to {action}{suggestion}', 'Define the rule before this item.'),
  LOAD_SOURCE_CHANGED: error(
    'the rule {name} has the source {before}; here it has {after}',
    'A rule keeps its source: give one of the two another name.',
  ),

  // Several events together
  LOAD_NOT_A_MAP: error('{key} must be a map of keys', 'Write `{key}: {{example}}`.'),
  LOAD_BESIDE: error('{key} can not stand beside {other}', '{instead}'),
  LOAD_BAD_DURATION: error('{value} is no time for {key}', 'Write a number and ms, s, m, h or d, at most {limit}: `{key}: 60s`.'),
  LOAD_BAD_COUNT: error('{value} is no number for {key}', 'Write a whole number from {least} to {limit}.'),
  LOAD_BAD_SEQUENCE: error('a sequence needs {what}', 'Write `steps: [{name: read, condition: …}, {name: sent, condition: …}]`.'),
  LOAD_BY_LENGTHS: error('the step {step} has {count} fields under by, the first step has {expected}', 'Give as many, in the same order.'),
  LOAD_NOT_A_FIELD: error('{value} is no field', 'Write one field: `proc.pid`.'),
  RULE_KEY_FIELD: error('{field} can not tell events apart: it has several values', 'Use a field with one value.'),

  // Exceptions
  LOAD_EXCEPTION_NAME_NOT_UNIQUE: warning('the exception {name} is defined twice in one rule', 'Give each exception a name of its own.'),
  LOAD_APPEND_NO_VALUES: warning('the exception {name} is appended without values', 'Add `values:`.'),
  LOAD_BAD_DAY: error('{value} is no day for {key}', 'Write year, month and day: `{key}: 2026-12-31`.'),
  LOAD_EXCEPTION_EXPIRED: warning(
    'the exception {name} of the rule {rule} no longer holds: it expired on {day}{owner}',
    'Give it a later day, or remove it.',
  ),
  LOAD_EXCEPTION_NO_FIELDS: error('the exception {name} needs fields', 'Add `fields: [proc.name, fd.name]`.'),
  LOAD_EXCEPTION_FIELDS_AGAIN: error(
    'the exception {name} exists: only values can be appended to it, not {key}',
    'Remove {key}, or give the exception another name.',
  ),
  LOAD_EXCEPTION_LENGTHS: error('{what} of the exception {name}: {count} given for {fields} fields', 'Give one for each field.'),
  LOAD_EXCEPTION_COMPS: error(
    'the exception {name} has one field, so its comps is one operator',
    'Write `comps: in`, or make fields a list.',
  ),
  LOAD_EXCEPTION_ONE_FIELD: error(
    '{operator} can not compare the one field of the exception {name}',
    'Use in, pmatch, intersects, or an operator with oneof, anyof or allof.',
  ),
  LOAD_EXCEPTION_OPERATOR: error('unknown operator {operator} in the exception {name}{suggestion}', 'Operators: {known}.'),
  LOAD_EXCEPTION_FIELD: error('unknown field {field} in the exception {name}{suggestion}', 'Use a field that `tarsier fields` lists.'),
  LOAD_EXCEPTION_VALUES: error('the values of the exception {name} must be {shape}', '{example}'),

  // Conditions
  RULE_EMPTY_CONDITION: error('the condition is empty', 'Write at least one check, for example `proc.name = cat`.'),
  RULE_TOO_LONG: error(
    'the condition has {chars} characters once its lists are written out; at most {limit} are read',
    'Use shorter lists or split the rule.',
  ),
  RULE_TOO_DEEP: error('the condition is nested more than {limit} deep', 'Split it into macros, or write it flatter.'),
  RULE_TOO_BIG: error('the condition has more than {limit} parts once its macros are expanded', 'Use fewer or smaller macros.'),
  RULE_EXPECTED_CHECK: error(
    'expected a check, a macro or a parenthesis, found {found}',
    'A check is a field, an operator and a value: `proc.name = cat`.',
  ),
  RULE_EXPECTED_END: error(
    'unexpected {found} after {after}',
    'Join checks by `and` or `or`; quote values with blanks or special characters.',
  ),
  RULE_EXPECTED_BLANK: error('expected a blank{or} after {word}', 'Write `{word} `.'),
  RULE_EXPECTED_CLOSING: error('a parenthesis is not closed', 'Add `)`.'),
  RULE_EXPECTED_OPERATOR: error('expected an operator after {field}, found {found}{suggestion}', 'Operators: {known}.'),
  RULE_EXPECTED_NUMBER: error(
    'expected a number after {operator}, found {found}',
    'Write a number, or compare with a field: `{operator} val(proc.pid)`.',
  ),
  RULE_EXPECTED_VALUE: error(
    'expected a value after {operator}, found {found}',
    'Write a word or a quoted text; a field as a value is written val(field).',
  ),
  RULE_LIST_FOR_VALUE: error('{operator} takes one value, found a list', 'Use `in (a, b)`, or a modifier: `{operator} anyof (a, b)`.'),
  RULE_EXPECTED_LIST: error(
    'expected a list after {operator}, found {found}',
    'Write `{operator} (a, b)` or the name of a list in parentheses.',
  ),
  RULE_BAD_LIST: error('expected a value, a comma or a closing parenthesis in the list, found {found}', 'Write `(a, b, "c d")`.'),
  RULE_BAD_ARGUMENT: error('expected an argument in the brackets of {field}, found {found}', 'Write `{field}[1]` or `{field}["a b"]`.'),
  RULE_BAD_INPUT: error(
    'expected a field, a transformer or a quoted text in {transformer}(…), found {found}',
    'Write `{transformer}(proc.name)`.',
  ),
  RULE_UNKNOWN_TRANSFORMER: error('unknown transformer {name}(…){suggestion}', 'Transformers: {known}.'),
  RULE_TRANSFORMER_BLANK: error('{name} is a transformer, and its parenthesis must follow at once', 'Write `{usage}`.'),
  RULE_VAL_ON_LEFT: error('val(…) stands on the right of an operator', 'On the left write the field itself.'),
  RULE_VAL_NEEDS_FIELD: error('val(…) takes one field, found {found}', 'Write `val(proc.name)`.'),
  RULE_UNTERMINATED_TEXT: error('a quoted text is not ended', 'Add the closing {quote}.'),
  RULE_BAD_ESCAPE: error(
    'unknown escape {escape} in a quoted text',
    'Escapes: \\\\ \\" \\n \\t \\r \\b \\f \\/ \\xHH. A backslash itself is written \\\\.',
  ),
  RULE_UNKNOWN_MACRO: error(
    'unknown macro {name}{suggestion}',
    'Define `- macro: {name}`, or write a check: a field, an operator and a value.',
  ),
  RULE_MACRO_TOO_EARLY: error('the macro {name} is defined only after {user}', 'Move the macro {name} above it.'),
  RULE_MACRO_CYCLE: error('the macro {name} contains itself: {path}', 'Break the circle.'),
  RULE_BROKEN_MACRO: error('the {item} {name} is left out: its macro {macro} has an error', 'Mend the macro {macro}.'),
  RULE_UNKNOWN_FIELD: error('unknown field {field}{suggestion}', 'Use a field that `tarsier fields` lists.'),
  RULE_NO_ARGUMENT: error('{field} takes no argument', 'Write `{field}`.'),
  RULE_NEEDS_ARGUMENT: error('{field} needs an argument', 'Write `{field}[…]`: {doc}'),
  RULE_NOT_AN_INDEX: error('{field} takes a number in its brackets, not {argument}', 'Write `{field}[1]`.'),
  RULE_OPERATOR_TYPE: error('{operator} can not compare {field}, which is {type}', 'Operators for {type}: {known}.'),
  RULE_OPERATOR_LIST: error('{operator} can not compare {field}, which is a list', 'Operators for lists: in, intersects, exists.'),
  RULE_BAD_VALUE: error('{value} is not {type}, which {field} is', '{example}'),
  RULE_NUL_BYTE: error('a value can not contain a NUL byte', 'Remove \\x00.'),
  RULE_BAD_REGEX: error('bad regular expression: {reason}', 'The syntax is that of RE2: no lookaround, no backreferences.'),
  RULE_BAD_HEX: error('{value} is not hexadecimal bytes, which {operator} takes', 'Write two digits for each byte: `7f454c46`.'),
  RULE_UNKNOWN_EVENT_TYPE: error(
    'unknown event type {value}{suggestion}',
    'Event types are the names of system calls: `openat`, `execve`, `connect`…',
  ),
  RULE_RIGHT_NOT_ALLOWED: error('{operator} can not compare {field} with another field', 'Compare it with constants.'),
  RULE_RIGHT_NOT_USABLE: error('{field} can not stand on the right of an operator: it has several values', 'Use a field with one value.'),
  RULE_RIGHT_TYPE: error('{left} is {leftType}, but {right} is {rightType}', 'Compare fields of the same type.'),
  RULE_TRANSFORMER_FIELD: error('{field} can not be transformed', 'Use {field} without a transformer.'),
  RULE_TRANSFORMER_TYPE: error('{transformer}(…) does not take {type}', '{usage}'),
  RULE_TRANSFORMER_INPUTS: error('{transformer}(…) takes {expected}', '{usage}'),
  RULE_TRANSFORMER_ARGUMENT: error('{transformer}(…) takes no argument in brackets', 'Remove the brackets.'),
  LOAD_UNKNOWN_FILTER: warning(
    '{problem}: the rule {rule} is left out, as its skip-if-unknown-filter asks',
    'Nothing to do, unless the rule is needed.',
  ),
  RULE_LEFT_OUT: error('the rule {rule} is left out: {why}', 'See the error above.'),

  // What is allowed but hardly meant
  LOAD_NO_EVTTYPE: warning(
    'the rule {rule} looks at every type of event, which is slow',
    'Add a check such as `evt.type in (open, openat)`, or set warn_evttypes: false.',
  ),
  LOAD_NEVER_MATCHES: warning(
    'the rule {rule} can never match: its checks of evt.type exclude each other',
    'Check the `and`s and `not`s around evt.type.',
  ),
  LOAD_NO_EVENTS: warning('the rule {rule} waits for events that this program does not make: {types}', 'It stays loaded and silent.'),
  LOAD_NOT_PREVENTABLE: warning(
    'the rule {rule} is marked prevent, but {what} cannot be prevented: {why}',
    'It finds them all the same. What can be prevented stands in docs/guide/prevention.md.',
  ),
  LOAD_UNSAFE_NA_CHECK: warning('comparing {field} with <NA> does not find missing values', 'Write `not {field} exists`.'),
  LOAD_COMPILE_CONDITION: warning('{problem}', '{instead}'),

  // Outputs
  RULE_EMPTY_OUTPUT: error('the output is empty', 'Write a sentence with fields: `read of %fd.name by %proc.name`.'),
  RULE_OUTPUT_PERCENT: error('a % in the output must be followed by a field', 'Write `%proc.name`, or `%%` for the sign itself.'),

  // Our own keys
  LOAD_BAD_CHOICE: error('{value} is no value of {key}', 'Write one of: {allowed}.'),
  LOAD_BAD_TECHNIQUE: error('{value} is no ATT&CK technique', 'Write its number: `T1059` or `T1059.004`.'),
  LOAD_BAD_NUMBER: error('{value} is no number of {key}', 'Write it like `{example}`.'),
  LOAD_BAD_TEST: error('a test needs {what}', 'Write `- {match: true, event: {evt.type: execve, proc.name: bash}}`.'),

  // Responses
  RESPONSE_UNKNOWN_ITEM: warning(
    'unknown kind of item (its keys: {keys}){suggestion}',
    'An item has one of the keys response, protect, maintenance.',
  ),
  RESPONSE_DUPLICATE: error('there is another {kind} called {name}', 'Give it a name of its own.'),
  RESPONSE_NO_STEPS: error('the response {name} does nothing', 'Give it steps: `do: [{action: kill-process}]`, or take it away.'),
  RESPONSE_NO_LIMIT: error('{value} is no limit of {key}', 'Write a whole number from 1 to {limit}.'),
  RESPONSE_BAD_TIME: error('{value} is no time of day for {key}', 'Write hours and minutes: `{key}: "02:30"`.'),
  RESPONSE_BAD_ZONE: error('{value} is no time zone', 'Write one of the IANA names: `time_zone: Europe/Berlin`, or `UTC`.'),
  RESPONSE_BAD_ACTION: error('{problem}', '{fix}'),
} as const satisfies Record<string, Message>

export type MessageCode = keyof typeof MESSAGES
export type Facts = Readonly<Record<string, string | number | undefined>>

/** A problem found while reading a condition or an output. Caught where the item is known, and turned into a diagnostic. */
export class LanguageError extends Error {
  readonly code: MessageCode
  readonly facts: Facts
  readonly at: Place

  constructor(code: MessageCode, facts: Facts, at: Place) {
    super(fill(MESSAGES[code].message, facts))
    this.name = 'LanguageError'
    this.code = code
    this.facts = facts
    this.at = at
  }
}

/** Replaces `{name}` by the fact of that name; a fact that is not there leaves the braces as they are. */
export function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in facts ? String(facts[name] ?? '') : whole))
}

/** The fact `suggestion` of a message: ", did you mean x?" or nothing. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `, did you mean ${name}?`
}
