/** The words of Gallery. */
export const gallery = {}
