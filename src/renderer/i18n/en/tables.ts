/** The words of what the tables of core and engine bring: samplers, methods, settings, presets. */
export const tables = {}
