import { httpDate } from './httpDate.js';

/*
 * The moment at which a rate limit resets, as providers write it.
 */

/** A text that is longer is not a moment. */
const longest = 64;

/**
 * The milliseconds from `now` until a rate limit resets, at least 0. `undefined` if the text is none of these: a number of
 * seconds, seconds or milliseconds since 1970, a duration such as `6m0s`, a date of RFC 3339 or of HTTP.
 */
export function untilReset(text: string, now: number): number | undefined {
  if (text.length > longest) return undefined;
  const value = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(value)) return rounded(untilNumber(Number(value), now));
  if (durations.test(value)) return rounded(durationOf(value));
  const then = rfc3339.test(value) ? Date.parse(value) : httpDate(value, now);
  return then === undefined || Number.isNaN(then) ? undefined : Math.max(0, then - now);
}

/** To nanoseconds: 64.57 s are 64 570 ms, and not a little less. */
const rounded = (ms: number): number => Math.round(ms * 1e6) / 1e6;

/** No rate limit lasts for 30 years: larger numbers are dates. Seconds since 1970 reach 10¹¹ in the year 5138. */
function untilNumber(value: number, now: number): number {
  if (value < 1e9) return value * 1000;
  return Math.max(0, (value < 1e11 ? value * 1000 : value) - now);
}

/** The milliseconds of each unit of Go's durations, and a day. */
const units: Readonly<Record<string, number>> = {
  ...{ d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 },
  ...{ ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 },
};

const part = String.raw`(\d+(?:\.\d+)?)(ms|us|µs|ns|[dhms])`;
const durations = new RegExp(`^(?:${part})+$`);

const durationOf = (text: string): number =>
  [...text.matchAll(new RegExp(part, 'g'))].reduce(
    (sum, [, count, unit]) => sum + Number(count) * Number(units[String(unit)]),
    0,
  );

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
