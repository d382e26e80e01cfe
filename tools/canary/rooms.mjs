/** The table of ARCHITECTURE.md, "Rooms": what the canary expects the compiler and the lint to allow. All else must be refused. */

export const rooms = {
  core: { imports: [], packages: [] },
  shared: { imports: ['core'], packages: ['zod'] },
  engine: { imports: ['core', 'shared'], packages: ['node:fs', 'node:fs/promises'] },
  imaging: { imports: ['core', 'shared'], packages: ['node:fs', 'node:fs/promises'] },
  backend: { imports: ['core', 'shared'], packages: ['zod', 'node:fs', 'node:fs/promises'] },
  main: { imports: ['backend', 'shared'], packages: ['zod', 'node:fs', 'node:fs/promises', 'electron'] },
  cli: { imports: ['backend', 'shared'], packages: ['zod', 'node:fs', 'node:fs/promises', 'fastify', 'ws'] },
  preload: { imports: ['shared'], packages: ['electron'] },
  renderer: {
    imports: ['core', 'shared'],
    packages: [
      'zod',
      'react',
      'react-dom/client',
      'konva',
      'konva/lib/Shape',
      'react-konva',
      '@mantine/core',
      '@tabler/icons-react',
      'zustand',
      'zustand/vanilla',
    ],
  },
}

/** One file of a room may import what its neighbours may not. */
export const doors = { 'backend/database': ['libsql'], 'engine/session': ['onnxruntime-node'], 'imaging/sharp': ['sharp'] }

/** Asked of every room: each is allowed in some room and refused in all others. */
export const packages = [
  ...new Set([...Object.values(rooms).flatMap((room) => room.packages), ...Object.values(doors).flat(), 'left-pad']),
]

/** Code that must be refused, by the rule named; type-aware rules stand here too, since they fall silent when their helper is missing. */
export const habits = [
  { name: 'chance', room: 'core', rule: 'no-restricted-properties', code: 'export const a = Math.random()' },
  { name: 'taken-chance', room: 'core', rule: 'no-restricted-properties', code: 'export const { random } = Math' },
  { name: 'clock', room: 'core', rule: 'no-restricted-globals', code: 'export const a = Date.now()' },
  { name: 'new-clock', room: 'core', rule: 'no-restricted-globals', code: 'export const a = new Date()' },
  { name: 'fine-clock', room: 'core', rule: 'no-restricted-globals', code: 'export const a = performance.now()' },
  { name: 'hidden-clock', room: 'core', rule: 'no-restricted-globals', code: 'export const a = globalThis.Date' },
  { name: 'other-chance', room: 'core', rule: 'no-restricted-globals', code: 'export const a = crypto.randomUUID()' },
  { name: 'timer', room: 'core', rule: 'no-restricted-globals', code: 'setTimeout(() => {}, 1)' },
  { name: 'repeated-timer', room: 'core', rule: 'no-restricted-globals', code: 'setInterval(() => {}, 1)' },
  { name: 'late-import', room: 'core', rule: 'no-restricted-imports', code: "export const a = await import('zod')" },
  { name: 'import-in-a-type', room: 'core', rule: 'consistent-type-imports', code: "export type A = import('zod').ZodType" },
  {
    name: 'forgotten-promise',
    room: 'shared',
    rule: 'no-floating-promises',
    code: 'export const a = () => { Promise.resolve(1) }',
  },
  {
    name: 'promise-as-condition',
    room: 'shared',
    rule: 'no-misused-promises',
    code: 'export const a = (b: Promise<boolean>) => (b ? 1 : 2)',
  },
  {
    name: 'forgotten-case',
    room: 'shared',
    rule: 'switch-exhaustiveness-check',
    code: "export function a(b: 'x' | 'y'): number {\n  switch (b) {\n    case 'x':\n      return 1\n  }\n  return 2\n}",
  },
]
