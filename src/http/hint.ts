import { bodiesOf } from './bodies.js';
import { readerOf, readersOf, type HeaderReader } from './headers.js';
import { httpDate } from './httpDate.js';
import { resetIn } from './rateLimits.js';
import { retryInfoIn } from './retryInfo.js';
import { statusOf } from './statuses.js';
import type { Shape } from './wrapped.js';

/*
 * When one answer allows the next attempt.
 */

/** Headers whose value is a number of milliseconds. */
const inMilliseconds = ['retry-after-ms', 'x-ms-retry-after-ms', 'x-amz-retry-after', 'grpc-retry-pushback-ms'];

/**
 * The milliseconds that an answer asks to wait, or `undefined`. An explicit hint takes precedence over the reset of a rate
 * limit. What wraps the answer, or is wrapped in it, is not asked.
 */
export function hintOf(source: Shape): number | undefined {
  const headers = [readerOf(source), ...readersOf(source)];
  const status = statusOf(source);
  const hint =
    firstOf(headers, explicitIn) ??
    firstOf(bodiesOf(source), retryInfoIn) ??
    firstOf(headers, (each) => resetIn(each, status, nowOf(each)));
  return hint === undefined ? undefined : Math.min(hint, Number.MAX_SAFE_INTEGER);
}

function firstOf<T>(list: readonly T[], hintIn: (each: T) => number | undefined): number | undefined {
  for (const each of list) {
    const hint = hintIn(each);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** The time of the server, or without its `Date` the local time. */
function nowOf(header: HeaderReader): number {
  const localNow = Date.now();
  return httpDate(header('date'), localNow) ?? localNow;
}

function explicitIn(header: HeaderReader): number | undefined {
  const milliseconds = inMilliseconds
    .map((name) => /^[ \t]*(\d+(?:\.\d+)?)[ \t]*$/.exec(header(name)))
    .find((match) => match !== null);
  if (milliseconds !== undefined) return Number(milliseconds[1]);
  const text = header('retry-after');
  const seconds = /^[ \t]*(\d+)[ \t]*$/.exec(text);
  if (seconds !== null) return Number(seconds[1]) * 1000;
  const now = nowOf(header);
  const then = httpDate(text, now);
  return then === undefined ? undefined : Math.max(0, then - now);
}
