export function findElectron(options: { download: boolean }): { file: string } | { missing: string }
export function noWindowBecause(): string | undefined
