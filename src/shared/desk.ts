import { z } from 'zod'

export const photoId = z.string().regex(/^[0-9a-f]{16}$/)

export const pictureRef = z.strictObject({ job: z.string(), image: z.int().min(0) })
/** A picture of a job, by its place there. */
export type PictureRef = z.infer<typeof pictureRef>

/** What lies round a photograph that is worked on: its masks, and what was thought of its fills. */
export const desk = z.strictObject({
  /** In their order; none: there is the one mask that fills are made from, and nothing to say of it. */
  masks: z
    .array(z.strictObject({ id: z.int().min(1).max(999), name: z.string().min(1).max(80), visible: z.boolean() }))
    .max(32)
    .default([]),
  /** The one that is painted on. */
  active: z.int().min(1).max(999).nullable().default(null),
  kept: z.array(pictureRef).max(10_000).default([]),
  rejected: z.array(pictureRef).max(10_000).default([]),
  /** Of a fill that was taken for a photograph: the one it is a fill of, which it continues, and which of its fills it was. */
  from: z.strictObject({ photo: photoId, picture: pictureRef }).optional(),
})

export type Desk = z.output<typeof desk>
/** Anything that was written in, a desk out: what cannot be read is a bare one. */
export const parseDesk = (value: unknown): Desk => desk.catch(() => desk.parse({})).parse(value)
