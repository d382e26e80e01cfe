/** The words of the mask editor. */
export const editor = {}
