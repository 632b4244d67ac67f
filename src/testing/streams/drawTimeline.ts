import { formatMs, formatValue } from '../assertion/format.js';
import { assignLetters, attemptRow, attemptsOf, endOf, type Attempt } from './attemptRow.js';
import type { StreamEvent } from './streamEvents.js';

/*
 * Draws a timeline as text: a row for each attempt, the waits between them, and the phases of circuits. All rows have the
 * same scale: a column is 1, 2 or 5 times a power of ten milliseconds.
 */

/** The start of a circuit's phase. */
export interface PhaseChange {
  readonly at: number;
  readonly circuit: string;
  readonly phase: string;
}

/** A row of the drawing: its label, its first column, and its text. */
type Row = readonly [label: string, column: number, text: string];

type ColumnOf = (at: number) => number;

/** Draws a timeline that is at most `width` columns wide, without the labels. */
export function drawTimeline(events: readonly StreamEvent[], phases: readonly PhaseChange[], width: number): string {
  const end = Math.max(0, ...events.map(({ at }) => at), ...phases.map(({ at }) => at));
  const scale = scaleOf(end, width);
  const columnOf: ColumnOf = (at) => Math.floor(at / scale);
  const legend = new Map<string, string>();
  const letterOf = assignLetters(legend, new Set(events.map(({ content }) => content)));

  const all = attemptsOf(events);
  const whole = all.filter(({ attempt }) => attempt === 0);
  const attempts = all.filter(({ attempt }) => attempt > 0);
  const drawRow = (label: string, attempt: Attempt): Row => {
    const text = attemptRow(attempt, columnOf, columnOf(end), letterOf);
    return [label, columnOf(attempt.startedAt), text];
  };
  const rows: Row[] = attempts.flatMap((attempt, index) => {
    const next = attempts[index + 1];
    const row = drawRow(`attempt ${String(attempt.attempt)}`, attempt);
    return next === undefined ? [row] : [row, ...waitRows(attempt, next, columnOf, scale)];
  });
  if (attempts.length === 0) rows.push(...whole.map((stream) => drawRow('stream', stream)));
  rows.push(...whole.flatMap((stream) => errorRows(stream, columnOf)));
  rows.push(...phaseRows(phases, columnOf));
  if (scale > 1) rows.push(['scale', 0, `a column is ${formatMs(scale)}`]);
  for (const [letter, value] of legend) rows.push([letter, 0, value]);

  const margin = Math.max(9, ...rows.map(([label]) => label.length)) + 3;
  return rows.map(([label, at, text]) => `${label.padEnd(margin)}${' '.repeat(at)}${text}`.trimEnd()).join('\n');
}

function scaleOf(end: number, width: number): number {
  const steps = [1, 2, 5];
  for (let power = 1; ; power *= 10) {
    for (const step of steps) if (end / (step * power) <= width) return step * power;
  }
}

/** The wait between two attempts, if there is one. */
function waitRows(attempt: Attempt, next: Attempt, columnOf: ColumnOf, scale: number): Row[] {
  const end = endOf(attempt)?.at ?? Infinity;
  const ms = next.startedAt - end;
  if (!(ms > 0)) return [];
  const dots = '.'.repeat(Math.max(1, columnOf(next.startedAt) - columnOf(end)));
  return [['wait', columnOf(end), scale > 1 ? `${dots} ${formatMs(ms)}` : dots]];
}

/** The error that the stream ended with, if there is one. */
function errorRows(stream: Attempt, columnOf: ColumnOf): Row[] {
  const end = endOf(stream);
  return end?.kind === 'error' ? [['gave up', columnOf(end.at), `# ${formatValue(end.content)}`]] : [];
}

/** The phases of each circuit, each at its start. A phase that does not fit beside the one before it is drawn below. */
function phaseRows(phases: readonly PhaseChange[], columnOf: ColumnOf): Row[] {
  return [...new Set(phases.map(({ circuit }) => circuit))].flatMap((circuit) => {
    const lines: string[] = [];
    for (const { at, phase } of phases.filter((each) => each.circuit === circuit)) {
      const from = columnOf(at);
      const fit = lines.findIndex((line) => line.length === 0 || line.length < from);
      const index = fit < 0 ? lines.length : fit;
      lines[index] = (lines[index] ?? '').padEnd(from) + phase;
    }
    return lines.map((line, index): Row => [index === 0 ? circuit : '', 0, line]);
  });
}
