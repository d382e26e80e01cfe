/** Pictures up to this many px a side are drawn with square pixels: what the model made, not what a filter made of it. */
export const crispUpTo = 128
