import type { Outage } from '../lab/model/outage.js';
import { UsageError } from './usageError.js';

/*
 * Times, numbers and outages as people type them.
 */

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `250ms`, `30s`, `1.5m`, `2h`. */
export function duration(option: string, typed: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(typed) ?? [];
  if (number !== '') return Number(number) * Number(units[unit]);
  throw new UsageError(`${option} must be a time as 250ms, 30s or 5m, got ${typed}`);
}

/** A whole number of at least 1, as `10000` or `1e6`. */
export function whole(option: string, typed: string): number {
  const number = /^\d+(e\d+)?$/i.test(typed) ? Number(typed) : NaN;
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new UsageError(`${option} must be a whole number, at least 1, as 10000 or 1e6, got ${typed}`);
}

/** A number above 0. */
export function positive(option: string, typed: string): number {
  const number = /^\d+(\.\d+)?(e\d+)?$/i.test(typed) ? Number(typed) : NaN;
  if (number > 0 && number < Infinity) return number;
  throw new UsageError(`${option} must be a number above 0, got ${typed}`);
}

/** `50ms`, or `50ms..250ms`: the median and the 99th percentile. */
export function latency(option: string, typed: string): number | { median: number; p99: number } {
  const [median = '', p99] = typed.split('..');
  if (p99 === undefined) return duration(option, median);
  return { median: duration(option, median), p99: duration(option, p99) };
}

const outageForms = '30s..90s, 30s..90s:brown-out=40%, 30s..90s:slow=5 or 30s..90s:limited=100/2s';

/** An outage from one time to another, of a kind. */
export function outage(option: string, typed: string): Outage {
  const [, first, last, kind = 'down', value = ''] =
    /^(\S+?)\.\.([^:]+)(?::(down|brown-out|slow|limited)(?:=(\S+))?)?$/.exec(typed) ?? [];
  if (first === undefined || last === undefined) {
    throw new UsageError(`${option} must be as ${outageForms}, got ${typed}`);
  }
  const [from, to] = [duration(option, first), duration(option, last)];
  if (to <= from) throw new UsageError(`${option} must end after it starts, got ${typed}`);
  switch (kind) {
    case 'brown-out': {
      const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(value)?.[1] ?? NaN) / 100;
      if (share <= 1) return { kind, from, to, share };
      throw new UsageError(`${option} must say which share fails, as brown-out=40%, got ${typed}`);
    }
    case 'slow': {
      const factor = Number(value);
      if (factor >= 1 && factor < Infinity) return { kind, from, to, factor };
      throw new UsageError(`${option} must say how many times slower, as slow=5, got ${typed}`);
    }
    case 'limited': {
      const [limit = '', hint] = value.split('/');
      if (hint === undefined) {
        throw new UsageError(
          `${option} must say how many attempts a second, and when to come back, as limited=100/2s, got ${typed}`,
        );
      }
      return { kind, from, to, limit: whole(option, limit), retryAfter: duration(option, hint) };
    }
    default:
      return { kind: 'down', from, to };
  }
}
