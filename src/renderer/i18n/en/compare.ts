/** The words of Compare, and the way of a picture. */
export const compare = {}
