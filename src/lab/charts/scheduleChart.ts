import type { Schedule } from '../schedule.js';
import { formatRange, formatTime } from './format.js';
import { clockStep, scale } from './scale.js';
import { scheduleFacts } from './scheduleFacts.js';
import { box, dot, legendEntry, line, svgDocument, text } from './svg.js';

/*
 * A schedule: one row per retry, on one time axis.
 */

const width = 900;
const [left, right] = [92, 760];
const rowHeight = 30;

/**
 * Draws a schedule: for each retry a bar from its earliest to its latest start, and one dot per sample client.
 *
 * @param schedule the result of `schedule()`
 * @param title the title above the chart
 * @returns a self-contained SVG, for light and dark mode
 *
 * @example
 * scheduleChart(schedule(fixed(100)), 'ten retries').startsWith('<svg') // => true
 */
export function scheduleChart(schedule: Schedule, title: string): string {
  const { retries, cap, deadline, isJittered } = schedule;
  const [top, bottom] = [72, 72 + rowHeight * Math.max(1, retries.length)];
  const latest = Math.max(0, ...retries.map((retry) => retry.latest));
  const showsDeadline = deadline !== undefined && deadline <= 1.5 * latest;
  const x = scale(1.02 * Math.max(1, latest, showsDeadline ? deadline : 0), left, right, 8, clockStep);

  const rows = retries.flatMap((retry, index) => {
    const y = top + rowHeight * (index + 0.5);
    const [from, to] = [x(retry.earliest), x(retry.latest)];
    const isCapped = cap !== undefined && index + 1 >= cap.from;
    return [
      text(left - 12, y + 4, `retry ${String(index + 1)}`, 'end'),
      box(from, y - 9, Math.max(2, to - from), 18, isJittered ? 'f1 faint' : 'f2'),
      ...(isJittered
        ? retry.clients.map((instant, client) => dot(x(instant), y - 7 + ((client * 5) % 15), 1.7, 'f1 dot'))
        : []),
      text(right + 12, y + 4, formatRange(...retry.wait), isCapped ? 'title' : 'quiet'),
    ];
  });
  const marks = x.marks.flatMap((mark) => [
    line(x(mark), top - 4, x(mark), bottom + 4, mark === 0 ? 'axis' : 'grid'),
    text(x(mark), bottom + 19, formatTime(mark), 'quiet middle'),
  ]);
  const deadlineMark = showsDeadline
    ? [line(x(deadline), top - 4, x(deadline), bottom + 4, 'limit'), text(x(deadline) + 4, top - 8, 'deadline', 'end')]
    : [];
  const legend = isJittered
    ? [
        legendEntry(left, 52, 'from the earliest to the latest start', 'f1 faint'),
        dot(left + 263, 48, 3, 'f1'),
        text(left + 272, 52, 'one sample client', 'quiet'),
      ]
    : [legendEntry(left, 52, 'no jitter: all clients start at this time', 'f2')];
  const caption = `time since the first failure; ${scheduleFacts(schedule).join(', ')}`;
  return svgDocument(width, bottom + 58, title, [
    ...legend,
    text(right + 12, 52, 'wait before it', 'quiet'),
    ...marks,
    ...rows,
    ...deadlineMark,
    text((left + right) / 2, bottom + 38, caption, 'quiet middle'),
  ]);
}
