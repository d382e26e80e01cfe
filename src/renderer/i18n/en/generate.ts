/** The words of Generate. */
export const generate = {}
