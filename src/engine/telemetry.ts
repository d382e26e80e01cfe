/**
 * onnxruntime-node reports usage to its vendor unless ORT_DISABLE_TELEMETRY=1 stands in the environment the process was STARTED with:
 * its native part reads the variable itself, before any line of ours could set it for certain. So we never set it here; whoever starts
 * an engine must, and a process without it does not touch the library at all.
 */
export function refuseTelemetry(env: Readonly<Record<string, string | undefined>>): void {
  if (env.ORT_DISABLE_TELEMETRY !== '1') {
    throw new Error(
      'The engine was started without ORT_DISABLE_TELEMETRY=1, so it refuses to load onnxruntime: nothing may be reported.',
    )
  }
}
