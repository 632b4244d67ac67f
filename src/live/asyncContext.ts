/*
 * A call that waits is woken by another call. Without care it would go on in the async context of that other call: with
 * the tenant, the trace or the zone of a stranger. So it remembers the context in which it began to wait.
 *
 * Nothing is imported. The platform is asked for what it has: `AsyncContext` (the proposal of TC39), `AsyncResource`
 * (Node, Bun, Deno: it keeps what `AsyncLocalStorage` holds, and costs a twentieth of `AsyncLocalStorage.snapshot()`), and
 * the zone of zone.js.
 */

/** Runs work in a context that was remembered. */
export type AsyncContext = (work: () => void) => void;

/** The context of now; `undefined` if the platform has none. */
export function contextOf(): AsyncContext | undefined {
  const snapshot = takeSnapshot();
  const zone = platform.Zone?.current;
  if (zone === undefined) return snapshot;
  const inZone: AsyncContext = (work) => {
    zone.run(work);
  };
  if (snapshot === undefined) return inZone;
  return (work) => {
    snapshot(() => {
      inZone(work);
    });
  };
}

interface Platform {
  readonly Zone?: { readonly current: { run(work: () => void): void } };
  /** Some polyfills have another `AsyncContext`, without snapshots. */
  readonly AsyncContext?: { readonly Snapshot?: new () => { run(work: () => void): void } };
  readonly process?: { readonly getBuiltinModule?: (name: string) => AsyncHooks | undefined };
}

interface AsyncHooks {
  readonly AsyncResource: new (
    type: string,
    options: { readonly requireManualDestroy: boolean },
  ) => { runInAsyncScope(work: () => void): void };
}

const platform = globalThis as Platform;

function takeSnapshot(): AsyncContext | undefined {
  const { AsyncContext, process } = platform;
  if (AsyncContext?.Snapshot !== undefined) {
    const snapshot = new AsyncContext.Snapshot();
    return (work) => {
      snapshot.run(work);
    };
  }
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  if (hooks === undefined) return undefined;
  const resource = new hooks.AsyncResource('rxjs-reprise', { requireManualDestroy: true });
  return (work) => {
    resource.runInAsyncScope(work);
  };
}
