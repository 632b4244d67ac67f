import { rejectOption, whole } from '../../options.js';

/** Which calls a rule counts: those of the last `window` milliseconds, or the last `calls`. */
export type Span =
  { readonly window: number; readonly calls?: undefined } | { readonly calls: number; readonly window?: undefined };

/** A window of more calls would take megabytes, and is likely a mistake. */
const mostCalls = 10_000_000;

/** The check of a number of calls. */
export function callCount(where: string, option: string, value: unknown, least: number): void {
  whole(where, option, value, least);
  if (Number(value) > mostCalls) rejectOption(where, option, `at most ${String(mostCalls)}`, value);
}

/** A span as it was read. */
export interface SpanSettings {
  readonly window: number | undefined;
  readonly calls: number | undefined;
}

/** Throws unless there is either a window or a number of calls. */
export function checkSpan(where: string, { window, calls }: SpanSettings): void {
  if ((window === undefined) !== (calls === undefined)) return;
  throw new TypeError(`${where}: either window or calls must be given, got ${window === undefined ? 'none' : 'both'}`);
}
