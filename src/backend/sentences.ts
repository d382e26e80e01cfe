import type { ApiMethod } from '../shared/method.ts'

/**
 * One sentence for a refused value: `Expected an integer from 1 to 1000 for steps but received 0 (number).` What was expected is read
 * out of the schema itself (as JSON Schema), so that the sentence and the rule cannot drift apart.
 */

interface Rule {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Rule>>
  readonly prefixItems?: readonly Rule[]
  readonly items?: Rule | false
  readonly minItems?: number
  readonly anyOf?: readonly Rule[]
  readonly oneOf?: readonly Rule[]
}

/** A zod schema of shared, and what it says of a refused value. */
export type Schema<T> = ApiMethod<T, unknown>['input']
type Refusal = NonNullable<ReturnType<Schema<unknown>['safeParse']>['error']>
type Issue = Refusal['issues'][number]
type Path = readonly PropertyKey[]

const branches = (rule: Rule): readonly Rule[] => {
  const inner = rule.anyOf ?? rule.oneOf
  return inner === undefined ? [rule] : inner.flatMap(branches)
}

/** Does the value agree with what a branch fixes (`kind: "vp"`)? Leaves of the branch that are not fixed are not looked at. */
function fits(rule: Rule, value: unknown): boolean {
  if (rule.properties === undefined || typeof value !== 'object' || value === null) return true
  return Object.entries(rule.properties).every(([key, inner]) => {
    const fixed = inner.const === undefined ? (inner.type === 'string' ? inner.enum : undefined) : [inner.const]
    return fixed === undefined || fixed.includes((value as Record<string, unknown>)[key])
  })
}

function childRule(rule: Rule, key: PropertyKey): Rule | undefined {
  if (typeof key !== 'number') return rule.properties?.[String(key)]
  return rule.prefixItems?.[key] ?? (rule.items === false ? undefined : rule.items)
}

const childValue = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined

function ruleAt(schema: Rule, path: Path, value: unknown): Rule | undefined {
  let at: Rule | undefined = schema
  let here = value
  for (const key of path) {
    if (at === undefined) return undefined
    const holding: readonly Rule[] = branches(at).filter((branch) => childRule(branch, key) !== undefined)
    const fitting: readonly Rule[] = holding.filter((branch) => fits(branch, here))
    const children: readonly Rule[] = (fitting.length > 0 ? fitting : holding).flatMap((branch) => childRule(branch, key) ?? [])
    at = children.length < 2 ? children[0] : { anyOf: children }
    here = childValue(here, key)
  }
  return at
}

function range(rule: Rule, low: number | undefined, high: number | undefined): string {
  const above = rule.exclusiveMinimum
  const below = rule.exclusiveMaximum
  const whole = (n: number | undefined) => (n !== undefined && Math.abs(n) >= Number.MAX_SAFE_INTEGER && n < 0 ? undefined : n)
  const [from, to] = [whole(low), high]
  if (from !== undefined && to !== undefined) return ` from ${String(from)} to ${String(to)}`
  const words = [
    above === undefined ? '' : ` above ${String(above)}`,
    from === undefined ? '' : ` of at least ${String(from)}`,
    below === undefined ? '' : ` below ${String(below)}`,
    to === undefined || to >= Number.MAX_SAFE_INTEGER ? '' : ` of at most ${String(to)}`,
  ].filter((word) => word !== '')
  return words.join(' and')
}

const alternatives = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`

/** What the rule allows, in words: 'an integer from 1 to 1000', 'auto, cpu or webgpu'. */
function expectation(rule: Rule): string {
  const options = branches(rule)
  if (options.length > 1) {
    const fixed = options.every((one) => one.const !== undefined || one.enum !== undefined)
    const words = fixed ? options.flatMap((one) => one.enum ?? [one.const]).map(String) : options.map(expectation)
    return alternatives([...new Set(words)])
  }
  if (rule.const !== undefined) return JSON.stringify(rule.const)
  if (rule.enum !== undefined) return alternatives(rule.enum.map(String))
  switch (rule.type) {
    case 'integer':
      return `an integer${range(rule, rule.minimum, rule.maximum)}`
    case 'number':
      return `a number${range(rule, rule.minimum, rule.maximum)}`
    case 'boolean':
      return 'true or false'
    case 'string':
      return rule.minLength !== undefined && rule.minLength > 0 ? 'a text that is not empty' : 'a text'
    case 'array':
      return rule.minItems !== undefined && rule.minItems > 0 ? `a list of at least ${String(rule.minItems)}` : 'a list'
    case 'object':
      return 'an object'
    case 'null':
      return 'null'
    default:
      return 'another value'
  }
}

/** `0 (number)`, `"abc" (string)`, `nothing`. Long values are cut. */
export function received(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? typeof value)
  const kind = Array.isArray(value) ? 'list' : typeof value
  return `${text.length > 60 ? `${text.slice(0, 57)}...` : text} (${kind})`
}

/** The inmost issue of the first one reported: inside a union, of the alternative that came closest. */
function inmost(issue: Issue): { issue: Issue; path: Path } {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { issue, path: issue.path }
  const ways = issue.errors.filter((errors) => errors.some((one) => one.path.length > 0))
  const literal = (errors: readonly Issue[]) => errors.filter((one) => one.code === 'invalid_value').length
  const [best] = ways.toSorted((a, b) => literal(a) - literal(b) || a.length - b.length)
  const first = best?.[0]
  if (first === undefined) return { issue, path: issue.path }
  const deeper = inmost(first)
  return { issue: deeper.issue, path: [...issue.path, ...deeper.path] }
}

/** The first thing wrong with `value`, in one sentence. */
export function sentenceOf(schema: Schema<unknown>, error: Refusal, value: unknown): string {
  return `${clauseOf(schema, error, value)}.`
}

/** The same as the end of a longer sentence: without its full stop. */
export function clauseOf(schema: Schema<unknown>, error: Refusal, value: unknown): string {
  const [first] = error.issues
  if (first === undefined) return 'The value is wrong'
  const { issue, path } = inmost(first)
  const name = path.map(String).join('.')
  const found = path.reduce<unknown>(childValue, value)
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys
    return `There is no setting called "${key ?? ''}"${name === '' ? '' : ` in ${name}`}`
  }
  const rule = ruleAt(schema.toJSONSchema({ unrepresentable: 'any' }) as Rule, path, value)
  const place = name === '' ? '' : ` for ${name}`
  // A pattern or a refinement explains itself: its message goes on where the place ends.
  if (issue.code === 'invalid_format' || issue.code === 'custom')
    return `${name === '' ? 'The value' : name} ${issue.message} (received ${received(found)})`
  return `Expected ${rule === undefined ? issue.message : expectation(rule)}${place} but received ${received(found)}`
}
