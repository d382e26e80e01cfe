#!/usr/bin/env node
/**
 * Proves that the border guards fail when they should. A copy of the repository's own configuration, with one small file a room and one
 * file for every forbidden thing, goes through tsc, oxlint and knip; each forbidden thing must be refused with the expected code, and
 * each allowed one must pass. Last, that the guards really read the files of this tree: a check that reads nothing passes too.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { doors, habits, packages, rooms } from './rooms.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const copy = mkdtempSync(join(tmpdir(), 'palimpsest-canary-'))
const silent = []
let proven = 0

/** Counts a guard that spoke; keeps the sentence of one that did not. */
function expectThat(holds, sentence) {
  if (holds) proven += 1
  else silent.push(sentence)
}

function tool(name, args, cwd) {
  const script = { tsc: 'typescript/bin/tsc', oxlint: 'oxlint/bin/oxlint', knip: 'knip/bin/knip.js' }[name]
  const done = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (done.error) throw done.error
  return { status: done.status, text: `${done.stdout}\n${done.stderr}` }
}

/** `file(line,column): error TSn` of the compiler -> Map of file to codes. */
function compilerErrors(text) {
  const found = new Map()
  for (const [, file, code] of text.matchAll(/^(\S+?)\(\d+,\d+\): error (TS\d+)/gm))
    found.set(file, [...(found.get(file) ?? []), code])
  return found
}

/** `file:line:column: words [Error/plugin(rule)]` of oxlint -> list of { file, line, rule }. */
function lintErrors(text) {
  return [...text.matchAll(/^(\S+?):(\d+):\d+: .*\[\w+\/[\w-]+\(([\w-]+)\)\]$/gm)].map(([, file, line, rule]) => ({
    file,
    line: Number(line),
    rule,
  }))
}

const write = (path, lines) => writeFileSync(join(copy, path), `${[lines].flat().join('\n')}\n`)
const names = Object.keys(rooms)
const forbiddenPairs = names.flatMap((from) =>
  names.filter((to) => to !== from && !rooms[from].imports.includes(to)).map((to) => [from, to]),
)

function layOut() {
  for (const file of ['tsconfig.base.json', 'tsconfig.json', '.oxlintrc.json', 'knip.json', 'package.json'])
    cpSync(join(root, file), join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  const referenced = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references.map((entry) => entry.path)
  expectThat(
    names.every((name) => referenced.includes(`src/${name}`)) && referenced.length === names.length + 1,
    `tsconfig.json refers to ${referenced.join(', ')}, and the canary knows ${names.join(', ')} (and tests).`,
  )
  for (const name of names) {
    mkdirSync(join(copy, 'src', name), { recursive: true })
    cpSync(join(root, 'src', name, 'tsconfig.json'), join(copy, 'src', name, 'tsconfig.json'))
    write(`src/${name}/here.ts`, ['export type Here = { readonly here: true }', 'export const here: Here = { here: true }'])
    write(`src/${name}/allowed.ts`, [
      'export const room = 1',
      ...rooms[name].imports.flatMap((to) => [
        `export { here as ${to} } from '../${to}/here.ts'`,
        `export type { Here as Of_${to} } from '../${to}/here.ts'`,
      ]),
    ])
  }
  mkdirSync(join(copy, 'tests'))
  cpSync(join(root, 'tests/tsconfig.json'), join(copy, 'tests/tsconfig.json'))
  write('tests/here.ts', 'export const here = 1')
}

/** [Note: through] The compiler follows references: a room reaches what its neighbours refer to. Those pairs are the lint's part. */
const reach = (name) => new Set(rooms[name].imports.flatMap((to) => [to, ...reach(to)]))

function proveTypes() {
  const before = tool('tsc', ['-b', '--pretty', 'false'], copy)
  expectThat(before.status === 0, `The compiler refuses what the table allows:\n${before.text}`)
  // A forbidden file is named once in a project, so values and types take turns.
  for (const [kind, what] of Object.entries({ value: '{ here }', type: 'type { Here }' })) {
    for (const [from, to] of forbiddenPairs) write(`src/${from}/takes-${to}.ts`, `export ${what} from '../${to}/here.ts'`)
    const compiler = compilerErrors(tool('tsc', ['-b', '--pretty', 'false'], copy).text)
    const lint = lintErrors(tool('oxlint', ['-f', 'unix', 'src'], copy).text)
    for (const [from, to] of forbiddenPairs) {
      const file = `src/${from}/takes-${to}.ts`
      const refused = reach(from).has(to)
        ? lint.some((error) => error.file === file && error.rule === 'no-restricted-imports')
        : compiler.get(file)?.includes('TS6307')
      expectThat(refused, `Nothing keeps ${from} from importing a ${kind} of ${to}.`)
      rmSync(join(copy, file))
    }
  }
}

function proveLint() {
  const before = tool('oxlint', ['--type-aware', '-f', 'unix', 'src'], copy)
  expectThat(before.status === 0, `The lint refuses what the table allows:\n${before.text}`)
  const files = new Map(names.map((name) => [`${name}/packages`, rooms[name].packages]))
  for (const [door, extra] of Object.entries(doors)) files.set(door, [...rooms[door.split('/')[0]].packages, ...extra])
  for (const file of files.keys())
    write(
      `src/${file}.ts`,
      packages.map((name) => `export * from '${name}'`),
    )
  for (const { name, room, code } of habits) write(`src/${room}/habit-${name}.ts`, code)
  const errors = lintErrors(tool('oxlint', ['--type-aware', '-f', 'unix', 'src'], copy).text)
  for (const [file, allowed] of files) {
    for (const [line, name] of packages.entries()) {
      const refused = errors.some(
        (error) => error.file === `src/${file}.ts` && error.line === line + 1 && error.rule === 'no-restricted-imports',
      )
      expectThat(refused !== allowed.includes(name), `The lint ${refused ? 'refuses' : 'allows'} ${name} in src/${file}.ts.`)
    }
  }
  for (const { name, room, rule } of habits) {
    expectThat(
      errors.some((error) => error.file === `src/${room}/habit-${name}.ts` && error.rule === rule),
      `The lint misses ${name} in ${room} (${rule}).`,
    )
  }
}

function proveDeadCode() {
  const text = tool('knip', ['--include', 'files', '--no-config-hints', '--no-progress'], copy).text
  expectThat(text.includes('src/core/here.ts'), 'knip does not name a file that nothing imports.')
}

/** Every source file of this tree is read by the compiler and by the lint. */
function proveReach() {
  const walk = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
    )
  const sources = walk(join(root, 'src')).filter((file) => /\.tsx?$/.test(file))
  const read = new Set(
    names.flatMap((name) =>
      tool('tsc', ['-p', join('src', name), '--listFilesOnly'], root)
        .text.split(/\r?\n/)
        .map((line) => resolve(root, line.trim())),
    ),
  )
  const linted = new Set(
    tool('oxlint', ['--debug=files', 'src'], root)
      .text.split(/\r?\n/)
      .map((line) => resolve(root, line.trim())),
  )
  for (const file of sources) {
    const short = relative(root, file).split(sep).join('/')
    if (!read.has(file)) silent.push(`The compiler does not read ${short}.`)
    if (!linted.has(file)) silent.push(`The lint does not read ${short}.`)
  }
  expectThat(sources.length > 0, 'There is no source file.')
}

try {
  layOut()
  proveTypes()
  proveLint()
  proveDeadCode()
  proveReach()
} finally {
  rmSync(copy, { recursive: true, force: true })
}
for (const sentence of silent) console.error(`canary: ${sentence}`)
console.log(silent.length === 0 ? `canary: ${proven} guards proven` : `canary: ${proven} guards proven, ${silent.length} silent`)
process.exitCode = silent.length === 0 ? 0 : 1
