/*
 * Watches clocks, random numbers, promises and timers while a function runs. Each use is reported and works as before. The
 * function is synchronous, so no other code is watched.
 */

/** A global that can be watched. */
export type WatchedGlobal =
  | 'Date.now'
  | 'Date()'
  | 'new Date()'
  | 'performance.now'
  | 'Math.random'
  | 'Promise.then'
  | 'setTimeout'
  | 'setInterval'
  | 'setImmediate'
  | 'queueMicrotask';

/** Globals that read the time. */
export const clocks: readonly WatchedGlobal[] = ['Date.now', 'Date()', 'new Date()', 'performance.now'];

/** Globals that call back in real time. */
export const timers: readonly WatchedGlobal[] = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** Globals that a pure function does not use. */
export const clocksAndRandom: readonly WatchedGlobal[] = [...clocks, 'Math.random'];

/** Runs `body` and calls `report` for each use of one of the globals. */
export function watchGlobals<T>(
  globals: readonly WatchedGlobal[],
  report: (name: WatchedGlobal) => void,
  body: () => T,
): T {
  const restore = globals.flatMap((name) => {
    const [holder, key, wrap] = locations[name]();
    // Some platforms lack some globals.
    if (!(key in holder)) return [];
    const watch = (original: AnyFunction): AnyFunction =>
      wrap(original, () => {
        report(name);
      });
    return [replace(holder, key, watch)];
  });
  try {
    return body();
  } finally {
    for (const each of restore.reverse()) each();
  }
}

type AnyFunction = (...args: unknown[]) => unknown;
type Wrap = (original: AnyFunction, report: () => void) => AnyFunction;

const wrapFunction: Wrap = (original, report) =>
  function (this: unknown, ...args) {
    report();
    return Reflect.apply(original, this, args);
  };

/** `new Date()` reads the clock; `new Date(0)` does not. */
const wrapConstructor: Wrap = (original, report) =>
  new Proxy(original, {
    construct(target, args, self) {
      if (args.length === 0) report();
      return Reflect.construct(target, args, self) as object;
    },
  });

/** `Date()` as a function returns the current time as a string. */
const wrapCall: Wrap = (original, report) =>
  new Proxy(original, {
    apply(target, self, args) {
      report();
      return Reflect.apply(target, self, args);
    },
  });

/** Where each global is found. Looked up at each use, because fake timers replace globals. */
const locations: Readonly<Record<WatchedGlobal, () => readonly [holder: object, key: string, wrap: Wrap]>> = {
  'Date.now': () => [Date, 'now', wrapFunction],
  'Date()': () => [globalThis, 'Date', wrapCall],
  'new Date()': () => [globalThis, 'Date', wrapConstructor],
  'performance.now': () => [performance, 'now', wrapFunction],
  'Math.random': () => [Math, 'random', wrapFunction],
  'Promise.then': () => [Promise.prototype, 'then', wrapFunction],
  setTimeout: () => [globalThis, 'setTimeout', wrapFunction],
  setInterval: () => [globalThis, 'setInterval', wrapFunction],
  setImmediate: () => [globalThis, 'setImmediate', wrapFunction],
  queueMicrotask: () => [globalThis, 'queueMicrotask', wrapFunction],
};

/** Replaces a function and returns a function that restores it. */
function replace(holder: object, key: string, make: (original: AnyFunction) => AnyFunction): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, key);
  const value = make(Reflect.get(holder, key) as AnyFunction);
  Object.defineProperty(holder, key, {
    value,
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
  });
  return () => {
    if (own === undefined) Reflect.deleteProperty(holder, key);
    else Object.defineProperty(holder, key, own);
  };
}
