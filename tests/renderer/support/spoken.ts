import { parseSync } from 'vite'

/** Words that a source file says to the user in its own text instead of the catalogue's (src/renderer/i18n). Reads the syntax tree alone. */

export interface Spoken {
  readonly line: number
  readonly text: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

/** Attributes and fields whose text reaches eye or ear. */
const said =
  /^(aria-(label|description|valuetext|roledescription|placeholder)|alt|label|title|placeholder|help|note|badge|caption|heading|words|message|advice|reason|unit)$/
const saidField = /^(aria-.*|label|title|placeholder|help|note|badge|caption|heading|advice|words)$/
const letters = /\p{L}/u
/** Two words beside one another: no name of an event, a class or a colour is that. */
const sentence = /\p{L}{2,}[,;:]? \p{L}{2,}/u
const mute = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'TSLiteralType', 'TSTypeLiteral', 'TSInterfaceDeclaration'])
/** Keys have their names in the language, which i18n/key-words.ts knows. */
const muteAttribute =
  /^(style|className|classNames|key|id|d|points|viewBox|type|kind|data-.*|accept|position|size|inputMode|role|keys|hint)$/

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
function nameOf(value: unknown): string {
  if (!isNode(value)) return ''
  const name = value['name'] ?? value['value']
  return typeof name === 'string' ? name : ''
}

/** Every text of a string, a template or an element's own, with where it stands. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined
  if (node.type === 'JSXText') return String(node['value'])
  if (node.type === 'TemplateElement') return (node['value'] as { readonly cooked: string }).cooked
  return undefined
}

type Ear = 'all' | 'sentences' | 'none'

export function spokenIn(source: string, file: string): readonly Spoken[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Spoken[] = []
  const hear = (node: Node, ear: Ear) => {
    const text = textOf(node)?.trim()
    if (text !== undefined) {
      if ((ear === 'all' && letters.test(text)) || (ear === 'sentences' && sentence.test(text)))
        found.push({ line: source.slice(0, node.start).split('\n').length, text })
      return
    }
    if (mute.has(node.type) || isError(node)) return
    for (const [key, child] of Object.entries(node)) {
      for (const one of Array.isArray(child) ? (child as unknown[]) : [child])
        if (isNode(one)) hear(one, earOf(node, key, ear, one))
    }
  }
  hear(program as unknown as Node, 'sentences')
  return found
}

/** How closely a child is listened to. */
function earOf(node: Node, key: string, ear: Ear, child: Node): Ear {
  switch (node.type) {
    case 'JSXAttribute': {
      const name = nameOf(node['name'])
      return said.test(name) ? 'all' : muteAttribute.test(name) ? 'none' : 'sentences'
    }
    case 'JSXElement':
      if (key === 'children') return nameOf((node['openingElement'] as Node)['name']) === 'Kbd' ? 'none' : 'all'
      return 'sentences'
    case 'JSXFragment':
      return key === 'children' ? 'all' : 'sentences'
    case 'Property':
      if (key !== 'value') return 'none'
      return saidField.test(nameOf(node['key'])) ? 'all' : muteAttribute.test(nameOf(node['key'])) ? 'none' : 'sentences'
    // Only what an expression comes to is said: not what it asks, nor what it hands on.
    case 'ConditionalExpression':
      return key === 'test' ? 'none' : ear
    case 'BinaryExpression':
      return node['operator'] === '+' ? ear : 'none'
    case 'LogicalExpression':
      return key === 'left' && node['operator'] === '&&' ? 'none' : ear
    case 'TemplateLiteral':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'JSXExpressionContainer':
      return ear
    case 'CallExpression':
      return nameOf(node['callee']) === 'notify' && key === 'arguments'
        ? child === (node['arguments'] as Node[])[0]
          ? 'all'
          : 'none'
        : 'sentences'
    default:
      return 'sentences'
  }
}

/** `new PalimpsestError(...)`, `new Error(...)`: what goes to logs and to the command line too stays English. */
function isError(node: Node): boolean {
  return node.type === 'NewExpression' && nameOf(node['callee']).endsWith('Error')
}
