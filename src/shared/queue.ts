import { z } from 'zod'
import { method } from './method.ts'

/** The queue of jobs, as screens see it and change it. */

export const priorities = ['high', 'normal', 'low'] as const
export type Priority = (typeof priorities)[number]

export interface Queue {
  /**
   * No job starts: the user paused it, or the last program ended while there was work left. A run that was under way waits with its state
   * kept, and goes on from there.
   */
  readonly paused: 'user' | 'restart' | null
  /** What is wrong with the place where its order is kept, a sentence. */
  readonly problem: string | null
  /** In the order they are to start: by priority, then by place. One whose device is at work lets those for other devices pass. */
  readonly waiting: readonly { readonly job: string; readonly priority: Priority }[]
}

export type QueueEvent =
  | { readonly kind: 'queue'; readonly queue: Queue }
  /** It is not listed any more. */
  | { readonly kind: 'removed'; readonly job: string }

const nothing = z.strictObject({})
const jobId = z.strictObject({ job: z.string() })

/** A part of the table (api.ts). */
export const queueApi = {
  queue: method<Queue>().takes(nothing),
  pauseQueue: method<null>().takes(nothing),
  resumeQueue: method<null>().takes(nothing),
  /** To place `to` of those that wait, from 0. Among jobs of another priority it takes theirs. */
  moveJob: method<null>().takes(z.strictObject({ job: z.string(), to: z.int().min(0) })),
  prioritizeJob: method<null>().takes(z.strictObject({ job: z.string(), priority: z.enum(priorities) })),
  /** One that failed or was cancelled, to the end of the queue again with the settings it had; pictures it finished are kept. */
  retryJob: method<null>().takes(jobId),
  /** From the list, cancelled first where it was not over. Its finished pictures stay where they are. */
  removeJob: method<null>().takes(jobId),
} as const
