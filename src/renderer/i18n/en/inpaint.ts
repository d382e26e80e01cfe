/** The words of Inpaint: inspector, fills, files. */
export const inpaint = {}
