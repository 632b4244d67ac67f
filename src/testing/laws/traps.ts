/*
 * Clocks, dice, promises and timers, watched for a while: who calls them is noted, and served as ever. All that is done in one
 * turn, so nobody else meets them.
 */

/** What can be watched. */
export type Trap =
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

/** What tells the time. */
export const clocks: readonly Trap[] = ['Date.now', 'Date()', 'new Date()', 'performance.now'];

/** What calls back in real time. */
export const timers: readonly Trap[] = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** What tells the time, or makes chance. */
export const clocksAndDice: readonly Trap[] = [...clocks, 'Math.random'];

/** Runs `body`, and tells of every call to one of the watched. */
export function watching<T>(traps: readonly Trap[], note: (trap: Trap) => void, body: () => T): T {
  const undo = traps.flatMap((trap) => {
    const [holder, key, watched] = places[trap]();
    // Not all are everywhere.
    if (!(key in holder)) return [];
    const heard = (original: Any): Any =>
      watched(original, () => {
        note(trap);
      });
    return [replaced(holder, key, heard)];
  });
  try {
    return body();
  } finally {
    for (const each of undo.reverse()) each();
  }
}

type Any = (...args: unknown[]) => unknown;
type Watched = (original: Any, note: () => void) => Any;

const calls: Watched = (original, note) =>
  function (this: unknown, ...args) {
    note();
    return Reflect.apply(original, this, args);
  };

/** Only a date of now asks the clock. */
const dates: Watched = (original, note) =>
  new Proxy(original, {
    construct(target, args, self) {
      if (args.length === 0) note();
      return Reflect.construct(target, args, self) as object;
    },
  });

/** A text of now. */
const texts: Watched = (original, note) =>
  new Proxy(original, {
    apply(target, self, args) {
      note();
      return Reflect.apply(target, self, args);
    },
  });

/** Whose they are at the time: fake timers bring others. */
const places: Readonly<Record<Trap, () => readonly [holder: object, key: string, watched: Watched]>> = {
  'Date.now': () => [Date, 'now', calls],
  'Date()': () => [globalThis, 'Date', texts],
  'new Date()': () => [globalThis, 'Date', dates],
  'performance.now': () => [performance, 'now', calls],
  'Math.random': () => [Math, 'random', calls],
  'Promise.then': () => [Promise.prototype, 'then', calls],
  setTimeout: () => [globalThis, 'setTimeout', calls],
  setInterval: () => [globalThis, 'setInterval', calls],
  setImmediate: () => [globalThis, 'setImmediate', calls],
  queueMicrotask: () => [globalThis, 'queueMicrotask', calls],
};

/** Puts another function in the place of one, and answers how to undo that. */
function replaced(holder: object, key: string, make: (original: Any) => Any): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, key);
  const value = make(Reflect.get(holder, key) as Any);
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
