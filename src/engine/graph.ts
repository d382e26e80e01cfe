/** What the engine knows of a loaded network: its ends and how to run it. session.ts makes one with onnxruntime; tests make their own. */

export interface Feed {
  readonly type: 'float32' | 'int64' | 'int32'
  readonly data: Float32Array | BigInt64Array | Int32Array
  readonly dims: readonly number[]
}

export type Feeds = Readonly<Record<string, Feed>>

export interface End {
  readonly name: string
  /** As onnxruntime names it: float32, int64, float16 ... 'not a tensor' for sequences and maps. */
  readonly type: string
  /** A number, or the name of a dimension that may vary. */
  readonly shape: readonly (number | string)[]
}

export interface Graph {
  readonly inputs: readonly End[]
  readonly outputs: readonly End[]
  /** One evaluation. Writes into the buffers of `into`; holds the event loop while it runs. Feeds are plain objects: keep and reuse them. */
  run(feeds: Feeds, into: Feeds): Promise<void>
  /** Between two runs: gives back what memory the last one needed, if that was much. */
  rest?(): Promise<void>
  release(): Promise<void>
}
