/** Errors cross processes as plain data; the interface and the exit status choose by code, never by reading the message. */
export const errorCodes = {
  /** The request is wrong: a value out of range, a file that is no picture, a folder that cannot be written. Exit 2. */
  request: 2,
  /** The model package is wrong: missing, truncated, another hash, a card that lies. Exit 3. */
  model: 3,
  /** The device or its engine failed: it could not start, it crashed, it ran out of memory, it returned NaN. Exit 4. */
  device: 4,
  /** The disk is full or a file could not be written. Exit 2. */
  disk: 2,
  /** Cancelled by the user. Exit 130. */
  cancelled: 130,
  /** A defect of ours. Exit 4. */
  internal: 4,
} as const

export type ErrorCode = keyof typeof errorCodes

export interface ErrorData {
  readonly code: ErrorCode
  /** One sentence for the user. */
  readonly message: string
  /** For a log, never needed to understand the sentence: 'nan', 'crash', 'memory', 'killed', a stack. */
  readonly detail?: string
}

export class PalimpsestError extends Error {
  override readonly name = 'PalimpsestError'
  readonly code: ErrorCode
  readonly detail: string | undefined
  constructor(code: ErrorCode, message: string, detail?: string) {
    super(message)
    this.code = code
    this.detail = detail
  }
}

export function toErrorData(error: unknown): ErrorData {
  if (error instanceof PalimpsestError) {
    return { code: error.code, message: error.message, ...(error.detail === undefined ? {} : { detail: error.detail }) }
  }
  const message = error instanceof Error ? error.message : String(error)
  const detail = error instanceof Error ? error.stack : undefined
  return { code: 'internal', message, ...(detail === undefined ? {} : { detail }) }
}

export function fromErrorData(data: ErrorData): PalimpsestError {
  return new PalimpsestError(data.code, data.message, data.detail)
}
