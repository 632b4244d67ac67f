import type { Outage } from '../lab/model/outage.js';
import { UsageError } from './usageError.js';

/*
 * Times, numbers and outages as users type them. Each function throws a UsageError that names the option.
 */

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `250ms`, `30s`, `1.5m` or `2h`. */
export function parseDuration(option: string, text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (number !== '') return Number(number) * Number(msPerUnit[unit]);
  throw new UsageError(`${option} must be a time such as 250ms, 30s or 5m, got ${text}`);
}

/** A whole number, at least 1, such as `10000` or `1e6`. */
export function parseWhole(option: string, text: string): number {
  const number = /^\d+(e\d+)?$/i.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new UsageError(`${option} must be a whole number, at least 1, such as 10000 or 1e6, got ${text}`);
}

/** A number above 0. */
export function parsePositive(option: string, text: string): number {
  const number = /^\d+(\.\d+)?(e\d+)?$/i.test(text) ? Number(text) : NaN;
  if (number > 0 && number < Infinity) return number;
  throw new UsageError(`${option} must be a number above 0, got ${text}`);
}

/** `50ms`, or `50ms..250ms`: the median and the 99th percentile. */
export function parseLatency(option: string, text: string): number | { median: number; p99: number } {
  const [median = '', p99] = text.split('..');
  if (p99 === undefined) return parseDuration(option, median);
  return { median: parseDuration(option, median), p99: parseDuration(option, p99) };
}

const outageForms = '30s..90s, 30s..90s:brown-out=40%, 30s..90s:slow=5 or 30s..90s:limited=100/2s';

/** An outage: its start, its end and its kind. */
export function parseOutage(option: string, text: string): Outage {
  const [, start, end, kind = 'down', value = ''] =
    /^(\S+?)\.\.([^:]+)(?::(down|brown-out|slow|limited)(?:=(\S+))?)?$/.exec(text) ?? [];
  if (start === undefined || end === undefined) {
    throw new UsageError(`${option} must look like ${outageForms}, got ${text}`);
  }
  const [from, to] = [parseDuration(option, start), parseDuration(option, end)];
  if (to <= from) throw new UsageError(`${option} must end after it starts, got ${text}`);
  switch (kind) {
    case 'brown-out': {
      const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(value)?.[1] ?? NaN) / 100;
      if (share <= 1) return { kind, from, to, share };
      throw new UsageError(`${option} must state the share that fails, such as brown-out=40%, got ${text}`);
    }
    case 'slow': {
      const factor = Number(value);
      if (factor >= 1 && factor < Infinity) return { kind, from, to, factor };
      throw new UsageError(`${option} must state how many times slower, such as slow=5, got ${text}`);
    }
    case 'limited': {
      const [limit = '', retryAfter] = value.split('/');
      if (retryAfter === undefined) {
        throw new UsageError(
          `${option} must state the attempts per second and the retry-after time, such as limited=100/2s, got ${text}`,
        );
      }
      return { kind, from, to, limit: parseWhole(option, limit), retryAfter: parseDuration(option, retryAfter) };
    }
    default:
      return { kind: 'down', from, to };
  }
}
