import type { Schedule } from '../schedule.js';
import { time } from './format.js';
import { clockwise, scale } from './scale.js';
import { box, dot, drawing, key, line, text } from './svg.js';

/*
 * The schedule: a row for each retry, on one axis of time.
 */

const width = 900;
const [left, right] = [92, 760];
const rowHeight = 30;

/**
 * Draws a schedule: for each retry a bar from the earliest to the latest instant, and a dot for each of some clients.
 *
 * @param it what {@link schedule} answered
 * @param title what to write above it
 * @returns an SVG that stands alone, for light and dark pages
 *
 * @example
 * scheduleChart(schedule(fixed(100)), 'ten retries').startsWith('<svg') // => true
 */
export function scheduleChart(it: Schedule, title: string): string {
  const { retries, cap, deadline, isJittered: isSpread, reason } = it;
  const [top, bottom] = [72, 72 + rowHeight * Math.max(1, retries.length)];
  const latest = Math.max(0, ...retries.map((retry) => retry.latest));
  const isBounded = deadline !== undefined && deadline <= 1.5 * latest;
  const x = scale(1.02 * Math.max(1, latest, isBounded ? deadline : 0), left, right, 8, clockwise);

  const rows = retries.flatMap((retry, index) => {
    const y = top + rowHeight * (index + 0.5);
    const [from, to] = [x(retry.earliest), x(retry.latest)];
    return [
      text(left - 12, y + 4, `retry ${String(index + 1)}`, 'end'),
      box(from, y - 9, Math.max(2, to - from), 18, isSpread ? 'f1 faint' : 'f2'),
      ...(isSpread
        ? retry.clients.map((instant, client) => dot(x(instant), y - 7 + ((client * 5) % 15), 1.7, 'f1 dot'))
        : []),
      text(right + 12, y + 4, waitOf(retry.wait), cap !== undefined && index + 1 >= cap.from ? 'title' : 'quiet'),
    ];
  });
  const marks = x.marks.flatMap((mark) => [
    line(x(mark), top - 4, x(mark), bottom + 4, mark === 0 ? 'axis' : 'grid'),
    text(x(mark), bottom + 19, time(mark), 'quiet middle'),
  ]);
  const bound = isBounded
    ? [line(x(deadline), top - 4, x(deadline), bottom + 4, 'limit'), text(x(deadline) + 4, top - 8, 'deadline', 'end')]
    : [];
  const ends = [
    reason === undefined ? 'goes on after that' : `then it gives up (${reason})`,
    ...(cap === undefined ? [] : [`capped at ${time(cap.wait)} from retry ${String(cap.from)} on`]),
    ...(deadline === undefined ? [] : [`deadline ${time(deadline)}`]),
  ];
  const legend = isSpread
    ? [
        key(left, 52, 'from the earliest to the latest start', 'f1 faint'),
        dot(left + 263, 48, 3, 'f1'),
        text(left + 272, 52, 'one client of some', 'quiet'),
      ]
    : [key(left, 52, 'no jitter: all clients start at this instant', 'f2')];
  return drawing(width, bottom + 58, title, [
    ...legend,
    text(right + 12, 52, 'wait before it', 'quiet'),
    ...marks,
    ...rows,
    ...bound,
    text((left + right) / 2, bottom + 38, `time since the first failure; ${ends.join(', ')}`, 'quiet middle'),
  ]);
}

const waitOf = ([least, most]: readonly [number, number]): string =>
  least === most ? time(most) : `${time(least)} to ${time(most)}`;
