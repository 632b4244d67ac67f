import type { HeaderReader } from './headers.js';
import { untilReset } from './resetTime.js';

/*
 * Headers that describe rate limits. Servers send them with every response, so they are a hint only where a limit is
 * exhausted.
 */

/** One limit: what is left of it, NaN if that is not known, and the milliseconds until it resets. */
interface Limit {
  readonly remaining: number;
  readonly wait: number;
}

/** The headers of the reset and of what remains. */
const families: readonly (readonly [reset: string, remaining: string])[] = [
  ...['ratelimit', 'x-ratelimit', 'x-rate-limit'].flatMap((name) =>
    ['reset', 'reset-after', 'retry-after'].map((end): [string, string] => [`${name}-${end}`, `${name}-remaining`]),
  ),
  ...['requests', 'tokens'].map((what): [string, string] => [
    `x-ratelimit-reset-${what}`,
    `x-ratelimit-remaining-${what}`,
  ]),
  ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map((what): [string, string] => [
    `anthropic-ratelimit-${what}-reset`,
    `anthropic-ratelimit-${what}-remaining`,
  ]),
];

/** Responses that say that a limit was reached. GitHub answers 403. */
const limitStatuses = [403, 429, 503];

/**
 * The milliseconds until all exhausted limits have reset, or `undefined`. Without an exhausted limit, a 429 or 503
 * proves that one was reached: the first reset counts of the limits whose remainder is not known.
 *
 * @param status NaN if it is not known
 */
export function resetIn(header: HeaderReader, status: number, now: number): number | undefined {
  if (!Number.isNaN(status) && !limitStatuses.includes(status)) return undefined;
  const limits = [...structuredIn(header('ratelimit')), ...pairsIn(header)].flatMap(({ remaining, reset }): Limit[] => {
    const wait = untilReset(reset, now);
    return wait === undefined ? [] : [{ remaining: numberOf(remaining), wait }];
  });
  const exhausted = limits.filter(({ remaining }) => remaining <= 0);
  if (exhausted.length > 0) return Math.max(...exhausted.map(({ wait }) => wait));
  const unknown = limits.filter(({ remaining }) => Number.isNaN(remaining));
  const isLimited = status === 429 || status === 503;
  return isLimited && unknown.length > 0 ? Math.min(...unknown.map(({ wait }) => wait)) : undefined;
}

interface LimitText {
  readonly remaining: string;
  readonly reset: string;
}

const pairsIn = (header: HeaderReader): LimitText[] =>
  families.map(([reset, remaining]) => ({
    reset: header(reset),
    remaining: header(remaining),
  }));

/** A text that is longer is not read. */
const longest = 1024;

/** The limits of a `RateLimit` header: `"name";r=0;t=30, ..`, or in earlier drafts `limit=9, remaining=0, reset=30`. */
function structuredIn(text: string): LimitText[] {
  if (text.length > longest) return [];
  const fields = text.replaceAll(/"[^"]*"/g, '');
  const one = { remaining: parameter(fields, 'remaining'), reset: parameter(fields, 'reset') };
  if (one.reset !== '') return [one];
  return fields.split(',').map((item) => ({ remaining: parameter(item, 'r'), reset: parameter(item, 't') }));
}

const parameter = (text: string, name: string): string =>
  new RegExp(String.raw`(?:^|[;, \t])${name}=(\d+)(?![^;, \t])`).exec(text)?.[1] ?? '';

const numberOf = (text: string): number => (/^[ \t]*-?\d+(?:\.\d+)?[ \t]*$/.test(text) ? Number(text) : NaN);
