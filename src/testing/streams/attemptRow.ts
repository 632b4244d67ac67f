import { formatValue } from '../assertion/format.js';
import type { StreamEvent } from './streamEvents.js';

/*
 * Draws one attempt, or the whole stream, as marbles.
 */

/** The events of one attempt; attempt 0 is the whole stream. */
export interface Attempt {
  readonly attempt: number;
  readonly startedAt: number;
  readonly events: StreamEvent[];
}

/** Groups events by attempt, in the order in which the attempts start. */
export function attemptsOf(events: readonly StreamEvent[]): Attempt[] {
  const attempts = new Map<number, Attempt>();
  for (const event of events) {
    const { attempt, at, kind } = event;
    if (kind === 'start') attempts.set(attempt, { attempt, startedAt: at, events: [] });
    else attempts.get(attempt)?.events.push(event);
  }
  return [...attempts.values()];
}

/** The event that ended the attempt; `undefined` if it is still running. */
export const endOf = ({ events }: Attempt): StreamEvent | undefined => events.find(({ kind }) => kind !== 'value');

const endSymbols = { error: '#', complete: '|', unsubscribe: '!', start: '' } as const;

/**
 * The marbles of an attempt. Events in the same column form a group, and so do events in columns that a wide group
 * covers. An attempt without an end is drawn up to `lastColumn`.
 */
export function attemptRow(
  attempt: Attempt,
  columnOf: (at: number) => number,
  lastColumn: number,
  letterOf: (value: unknown) => string,
): string {
  const from = columnOf(attempt.startedAt);
  const groups: { at: number; text: string }[] = [];
  for (const { at: instant, kind, content } of attempt.events) {
    const at = columnOf(instant) - from;
    const text = kind === 'value' ? letterOf(content) : endSymbols[kind];
    const last = groups.at(-1);
    if (last !== undefined && at < last.at + widthOf(last.text)) last.text += text;
    else groups.push({ at, text });
  }
  let row = '';
  for (const { at, text } of groups) row += '-'.repeat(at - row.length) + (text.length > 1 ? `(${text})` : text);
  return endOf(attempt) === undefined ? row.padEnd(lastColumn - from + 1, '-') : row;
}

const widthOf = (text: string): number => (text.length > 1 ? text.length + 2 : 1);

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

/**
 * Returns a function that assigns a letter to each value: a single character stands for itself, any other value gets the
 * next letter that no value has. Assigned letters are added to the legend. When no letter is left, the symbol is `?`.
 */
export function assignLetters(legend: Map<string, string>, values: ReadonlySet<unknown>): (value: unknown) => string {
  const letters = alphabet.filter((letter) => !values.has(letter));
  return (value) => {
    if (typeof value === 'string' && /^[\w]$/.test(value)) return value;
    const text = formatValue(value);
    const known = [...legend].find(([, other]) => other === text)?.[0];
    const letter = known ?? letters.find((each) => !legend.has(each));
    legend.set(letter ?? '?', letter === undefined ? 'other values' : text);
    return letter ?? '?';
  };
}
