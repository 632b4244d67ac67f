import { isList, record, refuse, whole } from '../../options.js';
import { measured } from './effort.js';
import { clocks, timers, watching, type Trap } from '../laws/traps.js';

/*
 * The ways in which a test in virtual time lies: it passes and has seen nothing, or it never ends.
 */

/** A way to leave virtual time. */
export type Pitfall = 'clock' | 'promise' | 'timer';

/** What a test in virtual time may do. */
export interface VirtualTimeOptions {
  /**
   * What is not complained of: `'clock'` (`Date.now`, `Date()`, `new Date()`, `performance.now`), `'promise'`, `'timer'`
   * (`setTimeout`, `setInterval`, `setImmediate`, `queueMicrotask`). None unless told.
   */
  readonly allow?: readonly Pitfall[];
  /**
   * After how many steps it is taken for endless: a whole number, 100 000 unless told. What a scheduler runs is a step, an
   * attempt on a source of {@link flaky} is ten. A quarter of that, and at least 1000, may be steps and looks at the clock
   * while time stands still.
   */
  readonly steps?: number;
}

/** The same, complete and checked. */
export type VirtualTimeSettings = Required<VirtualTimeOptions>;

const traps: Readonly<Record<Pitfall, readonly Trap[]>> = {
  clock: clocks,
  promise: ['Promise.then'],
  timer: timers,
};

const advice: Readonly<Record<Pitfall, string>> = {
  clock:
    'shows the real time, which stands still in virtual time. Ask `asyncScheduler.now()` of RxJS instead, and in a policy ' +
    '`signal.now`',
  promise:
    'was called, and a promise settles when virtual time is over: what waits for one never happens in it. Use an ' +
    'observable instead, such as `timer(50).pipe(map(() => value))` or `flaky([value], { after: 50 })`; or test it in ' +
    'real time, with `await firstValueFrom(..)` and short waits',
  timer:
    'was called, and its callback comes in real time, when virtual time is over. Use `timer(50)` or ' +
    '`asyncScheduler.schedule(callback, 50)` of RxJS instead, which wait in virtual time',
};

export function virtualTimeSettings(where: string, options: VirtualTimeOptions): VirtualTimeSettings {
  record(where, options);
  const { allow = [], steps = 100_000 } = options;
  if (!isList(allow) || !allow.every((each) => Object.hasOwn(traps, each))) {
    refuse(where, 'allow', "a list of 'clock', 'promise' and 'timer'", allow, TypeError);
  }
  whole(where, 'steps', steps, 1);
  return { allow, steps };
}

/**
 * Runs what has virtual time in it, and complains of a pitfall, also if that has made it fail already. An answer that is
 * a promise is one.
 */
export function inVirtualTime<T>(where: string, { allow, steps }: VirtualTimeSettings, body: () => T): T {
  const found: (readonly [Pitfall, Trap])[] = [];
  const complain = (cause?: unknown): void => {
    const [first] = found;
    if (first === undefined) return;
    const [pitfall, trap] = first;
    const rest = `(If that is meant: \`allow: ['${pitfall}']\`.)`;
    throw new Error(`${where}: ${trap} ${advice[pitfall]}. ${rest}`, cause === undefined ? {} : { cause });
  };
  const watched = pitfalls.filter((pitfall) => !allow.includes(pitfall));
  const note = (trap: Trap): void => {
    for (const pitfall of watched) if (traps[pitfall].includes(trap)) found.push([pitfall, trap]);
  };
  const names = watched.flatMap((pitfall) => traps[pitfall]);
  let result;
  try {
    result = watching(names, note, () => measured(where, steps, body));
  } catch (error) {
    complain(error);
    throw error;
  }
  complain();
  return result;
}

const pitfalls = Object.keys(traps) as Pitfall[];

/** A test that is `async`: what it does after its first `await` is outside of virtual time. */
export function refusePromise(where: string, answer: unknown): void {
  if (typeof (answer as { readonly then?: unknown } | null | undefined)?.then !== 'function') return;
  throw new TypeError(
    `${where}: the test must not be async: what it does after an \`await\` is no longer in virtual time, and nothing of ` +
      'it is seen. Take the `async` away, and use observables instead of promises',
  );
}
