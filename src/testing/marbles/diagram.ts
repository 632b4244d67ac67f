import { formatValue } from '../assertion/format.js';

/*
 * Draws what a TestScheduler recorded as marbles.
 */

/** A notification of a stream, and its time. */
export interface TimedNotification {
  readonly frame: number;
  readonly notification: { readonly kind: 'N' | 'E' | 'C'; readonly value?: unknown; readonly error?: unknown };
}

interface LoggedSubscription {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** The diagram of a list of notifications or subscriptions; `undefined` for anything else. */
export function diagram(list: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined;
  if (allHave<TimedNotification>(list, 'notification')) return notificationLine(list);
  if (allHave<LoggedSubscription>(list, 'subscribedFrame')) return list.map(subscriptionLine).join('\n');
  return list.length === 0 ? '(nothing)' : undefined;
}

const allHave = <T>(list: readonly unknown[], key: keyof T & string): list is T[] =>
  list.length > 0 && list.every((each) => typeof each === 'object' && each !== null && key in each);

/** Frames without events. A long gap is written as a time. */
const gap = (frames: number): string => (frames > 40 ? ` ${String(frames)}ms ` : '-'.repeat(frames));

function notificationLine(events: readonly TimedNotification[]): string {
  let line = '';
  let at = 0;
  for (const frame of new Set(events.map((event) => event.frame))) {
    const group = events.filter((event) => event.frame === frame).map(({ notification }) => symbolOf(notification));
    line += gap(frame - at) + (group.length > 1 ? `(${group.join('')})` : group.join(''));
    at = frame + 1;
  }
  return line;
}

/** A string of one character stands for itself. */
function symbolOf({ kind, value }: TimedNotification['notification']): string {
  if (kind !== 'N') return kind === 'E' ? '#' : '|';
  return typeof value === 'string' && value.length === 1 ? value : formatValue(value);
}

function subscriptionLine({ subscribedFrame: on, unsubscribedFrame: off }: LoggedSubscription): string {
  if (off === on) return `${gap(on)}(^!)`;
  return `${gap(on)}^${off === Infinity ? '' : `${gap(off - on - 1)}!`}`;
}
