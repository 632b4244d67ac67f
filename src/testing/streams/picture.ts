import { inMs, shown } from '../report/text.js';

/*
 * What happened as text: a row for each attempt, waits between them, phases as a band. One scale for all, a column being
 * 1, 2 or 5 times a power of ten milliseconds. What falls into one column, or beside a group that is wider than its
 * instant, is in one group.
 */

/** What an attempt, or the whole stream, did. */
export interface Happening {
  /** The instant, in milliseconds. */
  readonly at: number;
  /** The number of the attempt, from 1; 0 is the whole stream. */
  readonly attempt: number;
  readonly kind: 'start' | 'value' | 'error' | 'complete' | 'left';
  /** The value or the error. */
  readonly what?: unknown;
}

/** A circuit's phase from an instant on. */
export interface Phase {
  readonly at: number;
  readonly circuit: string;
  readonly phase: string;
}

/** A row: what it is called, where it begins, what is drawn. */
type Row = readonly [label: string, column: number, text: string];

/** Draws it, at most `width` columns wide where scale allows. */
export function picture(happenings: readonly Happening[], phases: readonly Phase[], width: number): string {
  const end = Math.max(0, ...happenings.map(({ at }) => at), ...phases.map(({ at }) => at));
  const scale = scaleOf(end, width);
  const column = (at: number): number => Math.floor(at / scale);
  const legend = new Map<string, string>();
  const letterOf = lettering(legend, new Set(happenings.map(({ what }) => what)));

  const lives = livesOf(happenings);
  const whole = lives.filter(({ attempt }) => attempt === 0);
  const attempts = lives.filter(({ attempt }) => attempt > 0);
  const drawLife = (label: string, life: Life): Row => [label, column(life.from), marbles(life, column, end, letterOf)];
  const rows: Row[] = attempts.flatMap((life, index) => {
    const next = attempts[index + 1];
    const row = drawLife(`attempt ${String(life.attempt)}`, life);
    return next === undefined ? [row] : [row, ...waitBetween(life, next, column, scale)];
  });
  if (attempts.length === 0) rows.push(...whole.map((life) => drawLife('stream', life)));
  rows.push(...whole.flatMap((life) => gaveUp(life, column)));
  rows.push(...bands(phases, column));
  if (scale > 1) rows.push(['scale', 0, `a column is ${inMs(scale)}`]);
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

interface Life {
  readonly attempt: number;
  readonly from: number;
  readonly marks: Happening[];
}

function livesOf(happenings: readonly Happening[]): Life[] {
  const lives = new Map<number, Life>();
  for (const each of happenings) {
    if (each.kind === 'start') lives.set(each.attempt, { attempt: each.attempt, from: each.at, marks: [] });
    else lives.get(each.attempt)?.marks.push(each);
  }
  return [...lives.values()];
}

/** The last thing that it did; `undefined` if it still lives. */
const endOf = ({ marks }: Life): Happening | undefined => marks.find(({ kind }) => kind !== 'value');

function marbles(
  life: Life,
  column: (at: number) => number,
  end: number,
  letterOf: (value: unknown) => string,
): string {
  const from = column(life.from);
  const groups: { at: number; text: string }[] = [];
  for (const mark of life.marks) {
    const at = column(mark.at) - from;
    const text =
      mark.kind === 'value' ? letterOf(mark.what) : { error: '#', complete: '|', left: '!', start: '' }[mark.kind];
    const last = groups.at(-1);
    if (last !== undefined && at < last.at + widthOf(last.text)) last.text += text;
    else groups.push({ at, text });
  }
  let drawn = '';
  for (const { at, text } of groups) drawn += '-'.repeat(at - drawn.length) + (text.length > 1 ? `(${text})` : text);
  return endOf(life) === undefined ? drawn.padEnd(column(end) - from + 1, '-') : drawn;
}

const widthOf = (text: string): number => (text.length > 1 ? text.length + 2 : 1);

/** A value of one letter is itself, any other the next letter that nothing is, explained in the legend. */
function lettering(legend: Map<string, string>, values: ReadonlySet<unknown>): (value: unknown) => string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
    .split('')
    .filter((letter) => !values.has(letter));
  return (value) => {
    if (typeof value === 'string' && /^[\w]$/.test(value)) return value;
    const text = shown(value);
    const known = [...legend].find(([, other]) => other === text)?.[0];
    const letter = known ?? letters.find((each) => !legend.has(each));
    legend.set(letter ?? '?', letter === undefined ? 'others' : text);
    return letter ?? '?';
  };
}

function waitBetween(life: Life, next: Life, column: (at: number) => number, scale: number): Row[] {
  const end = endOf(life)?.at ?? Infinity;
  const ms = next.from - end;
  if (!(ms > 0)) return [];
  const dots = '.'.repeat(Math.max(1, column(next.from) - column(end)));
  return [['wait', column(end), scale > 1 ? `${dots} ${inMs(ms)}` : dots]];
}

/** The error that a stream ended with. */
function gaveUp(life: Life, column: (at: number) => number): Row[] {
  const end = endOf(life);
  return end?.kind === 'error' ? [['gave up', column(end.at), `# ${shown(end.what)}`]] : [];
}

/** The phases of each circuit, written where they begin; one that does not fit beside another stands below. */
function bands(phases: readonly Phase[], column: (at: number) => number): Row[] {
  return [...new Set(phases.map(({ circuit }) => circuit))].flatMap((circuit) => {
    const lines: string[] = [];
    for (const { at, phase } of phases.filter((each) => each.circuit === circuit)) {
      const from = column(at);
      const fit = lines.findIndex((line) => line.length === 0 || line.length < from);
      const index = fit < 0 ? lines.length : fit;
      lines[index] = (lines[index] ?? '').padEnd(from) + phase;
    }
    return lines.map((line, index): Row => [index === 0 ? circuit : '', 0, line]);
  });
}
