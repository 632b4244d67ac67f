import { isList, rejectOption, whole } from '../../options.js';
import { readOptions, type Complete } from '../../readOptions.js';
import { clocks, timers, watchGlobals, type WatchedGlobal } from '../globals/watchGlobals.js';
import { limitSteps } from './stepLimit.js';

/*
 * Finds the mistakes that make a test in virtual time pass without checking anything, or never end.
 */

/** A use of real time, which a test in virtual time does not see. */
export type Pitfall = 'clock' | 'promise' | 'timer';

/** Options of tests in virtual time. */
export interface VirtualTimeOptions {
  /**
   * Uses of real time that do not fail the test: `'clock'` (`Date.now`, `Date()`, `new Date()`, `performance.now`),
   * `'promise'`, `'timer'` (`setTimeout`, `setInterval`, `setImmediate`, `queueMicrotask`).
   *
   * @defaultValue []
   */
  readonly allow?: readonly Pitfall[] | undefined;
  /**
   * The maximum number of steps, after which the test fails as endless: a whole number, at least 1. Each action of the
   * scheduler is one step, each attempt on a source of {@link flaky} is ten. While time does not advance, the limit for
   * steps and clock reads is a quarter of it, and at least 1000.
   *
   * @defaultValue 100_000
   */
  readonly steps?: number | undefined;
}

/** The options with their defaults, validated. */
export type VirtualTimeSettings = Complete<VirtualTimeOptions>;

const globalsOf: Readonly<Record<Pitfall, readonly WatchedGlobal[]>> = {
  clock: clocks,
  promise: ['Promise.then'],
  timer: timers,
};

const pitfalls = Object.keys(globalsOf) as Pitfall[];

const advice: Readonly<Record<Pitfall, string>> = {
  clock:
    'returns the real time, which does not advance in virtual time. Use `asyncScheduler.now()` of RxJS, or `signal.now` ' +
    'in a policy',
  promise:
    'was called, but a promise settles after virtual time has ended, so its callbacks do not run in the test. Use an ' +
    'observable such as `timer(50).pipe(map(() => value))` or `flaky([value], { after: 50 })`, or test in real time with ' +
    '`await firstValueFrom(..)` and short waits',
  timer:
    'was called, but its callback runs in real time, after virtual time has ended. Use `timer(50)` or ' +
    '`asyncScheduler.schedule(callback, 50)` of RxJS, which wait in virtual time',
};

export function virtualTimeSettings(
  where: string,
  options: VirtualTimeOptions,
  also?: readonly string[],
): VirtualTimeSettings {
  return readOptions(where, options, rows, also);
}

const rows = { allow: [checkPitfalls, []], steps: [whole, 100_000, 1] } as const;

function checkPitfalls(where: string, option: string, value: unknown): void {
  if (!isList(value) || !value.every((each) => Object.hasOwn(globalsOf, String(each))))
    rejectOption(where, option, "a list of 'clock', 'promise' and 'timer'", value, TypeError);
}

/**
 * Runs a test in virtual time.
 *
 * @throws an Error that names the first pitfall, with the error of `body` as its cause if there is one
 */
export function runInVirtualTime<T>(where: string, { allow, steps }: VirtualTimeSettings, body: () => T): T {
  const found: (readonly [Pitfall, WatchedGlobal])[] = [];
  const throwPitfall = (cause?: unknown): void => {
    const [first] = found;
    if (first === undefined) return;
    const [pitfall, name] = first;
    const hint = `(To allow this: \`allow: ['${pitfall}']\`.)`;
    throw new Error(`${where}: ${name} ${advice[pitfall]}. ${hint}`, cause === undefined ? {} : { cause });
  };
  const forbidden = pitfalls.filter((pitfall) => !allow.includes(pitfall));
  const report = (name: WatchedGlobal): void => {
    for (const pitfall of forbidden) if (globalsOf[pitfall].includes(name)) found.push([pitfall, name]);
  };
  const globals = forbidden.flatMap((pitfall) => globalsOf[pitfall]);
  let result;
  try {
    result = watchGlobals(globals, report, () => limitSteps(where, steps, body));
  } catch (error) {
    throwPitfall(error);
    throw error;
  }
  throwPitfall();
  return result;
}

/**
 * Checks that a test is not `async`: the code after its first `await` would run outside of virtual time.
 *
 * @throws TypeError if `result` is a promise
 */
export function checkNotAsync(where: string, result: unknown): void {
  if (typeof (result as { readonly then?: unknown } | null | undefined)?.then !== 'function') return;
  throw new TypeError(
    `${where}: the test must not be async: the code after an \`await\` runs outside of virtual time and is not checked. ` +
      'Remove `async`, and use observables instead of promises',
  );
}
