import type { z } from 'zod'
import { sentenceOf } from '../../backend/sentences.ts'
import { api, type ApiName, type LocalName, type RemoteHandlers } from '../../shared/api.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { decode } from '../../shared/wire.ts'

/** POST /api/<name>: the table's remote methods. What is local to Electron is not there at all. */

export type RemoteName = Exclude<ApiName, LocalName>
export type CallResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData }

export function isCall(name: string): name is RemoteName {
  return Object.hasOwn(api, name) && !api[name as ApiName].local
}

/** A refusal of the backend's is an answer (200, `ok: false`); 400 is for a body that is no call at all. */
export async function answerCall(
  handlers: RemoteHandlers,
  name: RemoteName,
  body: string,
): Promise<{ status: number; result: CallResult }> {
  let decoded: unknown
  try {
    decoded = decode(body)
  } catch {
    return { status: 400, result: failed({ code: 'request', message: 'The body of this call cannot be read.' }) }
  }
  const schema = api[name].input as z.ZodType
  const parsed = schema.safeParse(decoded)
  if (!parsed.success)
    return { status: 400, result: failed({ code: 'request', message: sentenceOf(schema, parsed.error, decoded) }) }
  try {
    const handler = handlers[name] as (input: unknown) => Promise<unknown>
    return { status: 200, result: { ok: true, value: (await handler(parsed.data)) ?? null } }
  } catch (error) {
    const { code, message } = toErrorData(error)
    return { status: 200, result: failed({ code, message }) }
  }
}

const failed = (error: ErrorData): CallResult => ({ ok: false, error })
