/** Words by the English ones they stand for. */
export type Sentences = Readonly<Record<string, string>>

/**
 * [Note: tables] The tables of core and shared (samplers, methods, their settings, axes) and the cards of models speak English themselves: the
 * command line and recipes read them too. Other languages say their sentences by the English ones, which `said` (said.ts) looks up; a sentence
 * with something of the moment in it has {1}, {2} there. tests/renderer/i18n-tables.test.ts walks the real tables and finds what is not said.
 */
export const tables: Sentences = {}
