import type { Policy } from '../../policy/policy.js';
import type { Signal } from '../../policy/signals.js';
import { seededRandom } from '../../policy/seededRandom.js';
import type { LogEntry } from './logEntry.js';

/** The errors and values that the signals of a log may carry. Each function creates one. */
export interface Samples {
  readonly errors: readonly (() => unknown)[];
  readonly values: readonly (() => unknown)[];
}

/** An entry with ordinary times and numbers, without its kind and content. */
export const plainEntry = { gap: 10, random: 0.5, took: 5, attempt: 1, command: 'resume' } as const;

const kinds = ['ask', 'failure', 'success', 'cancel', 'value', 'abandon', 'control'] as const;

/**
 * The logs to try on a policy, always the same ones, shortest first: all logs of up to three signals, 100 longer random
 * ones, and one with so many failures that doubling overflows. They contain only signals that the policy handles.
 */
export function* generateLogs(policy: Policy, samples: Samples): Generator<readonly LogEntry[]> {
  const handled = kinds.filter((kind) => policy.handles?.includes(kind) !== false);
  if (handled.length === 0) return;
  const entries = handled.flatMap((kind) => entriesOf(kind, samples));
  let logs: readonly (readonly LogEntry[])[] = [[]];
  for (let length = 1; length <= 3; length += 1) {
    logs = logs.flatMap((log) => entries.map((entry) => [...log, entry]));
    yield* logs;
    if (logs.length * entries.length > 1500) break;
  }
  const random = seededRandom(1);
  for (let count = 0; count < 100; count += 1) yield randomLog(random, entries, 4 + Math.floor(random() * 20));
  const failure = entries.find(({ kind }) => kind === 'failure');
  if (failure !== undefined) yield Array<LogEntry>(1100).fill(failure);
}

const noContent = (): undefined => undefined;

function entriesOf(kind: Signal['kind'], { errors, values }: Samples): LogEntry[] {
  const entry = { ...plainEntry, kind, content: noContent };
  switch (kind) {
    case 'ask':
      return [entry, ...errors.slice(0, 1).map((content) => ({ ...entry, attempt: 2, content }))];
    case 'failure':
      return errors.map((content) => ({ ...entry, content }));
    case 'value':
      return values.map((content) => ({ ...entry, content }));
    default:
      return [entry];
  }
}

function randomLog(random: () => number, entries: readonly LogEntry[], length: number): LogEntry[] {
  const oneOf = <T>(list: readonly T[]): T =>
    list.slice(0, 1 + Math.floor(random() * list.length)).reduce((_, each) => each);
  return Array.from({ length }, () => ({
    ...oneOf(entries),
    gap: oneOf([0, 0, 1, 50, 1000, 61_000, 1e7]),
    random: oneOf([0, 0.25, 0.5, 0.999]),
    took: oneOf([0, 1, 200, 70_000]),
    command: oneOf(['resume', 'reset'] as const),
  }));
}
