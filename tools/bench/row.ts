/*
 * A row of the table: subjects that do the same job, and the comparisons between them.
 */

/** One thing that is measured. */
export interface Subject {
  /** Does the job once. A promise is awaited. The result is kept, so that the compiler cannot drop the work. */
  readonly run: () => unknown;
  /** The number of operations in one run. @defaultValue 1 */
  readonly per?: number;
  /** Throws if one run did not do the job. */
  readonly check: (result: unknown) => void;
  /** Sets the subject up before each round. Not measured. */
  readonly prepare?: () => unknown;
}

export type Subjects = Readonly<Record<string, Subject>>;

/** Compares two subjects. */
export interface Pair {
  readonly ours: string;
  readonly peer: string;
  /** The target: the highest ratio of our cost to the peer's. Without it the line is only shown. */
  readonly atMost?: number;
  /** @defaultValue the unit of the row */
  readonly unit?: Unit;
}

/** Compares the most expensive with the cheapest of several sizes: the cost must not depend on the size. */
export interface SpreadLine {
  readonly sizes: readonly string[];
  readonly ours: string;
  readonly peer: string;
  readonly atMost: number;
}

/** The cost of each subject in each round, by name. All have the same number of rounds. */
export type Costs = Readonly<Record<string, readonly number[]>>;

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** The length of one batch of one subject, in milliseconds. */
  readonly batch: number;
}

interface RowBase {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly (Pair | SpreadLine)[];
}

export type Unit = 'ns' | 'µs' | 'ms' | 'B';

/** A row whose subjects are measured by the stopwatch, in this process. */
export interface TimedRow extends RowBase {
  readonly subjects: () => Subjects | Promise<Subjects>;
}

/** A row that measures its costs itself. */
export interface CustomRow extends RowBase {
  readonly measure: (effort: Effort) => Promise<Costs>;
}

export type Row = TimedRow | CustomRow;

/** The measured comparison of one line. */
export interface Result {
  readonly unit: Unit;
  readonly ours: string;
  readonly peer: string;
  readonly oursCost: number;
  readonly peerCost: number;
  /** The median of the ratios of all rounds. */
  readonly ratio: number;
  readonly atMost?: number;
}

/** The results of one row. */
export interface RowResults {
  readonly title: string;
  readonly results: readonly Result[];
}

/** Compares the costs of the subjects, line by line. */
export function resultsOf({ title, unit, lines }: Row, costs: Costs): RowResults {
  const costsOf = (name: string): readonly number[] => costs[name] ?? throwMissing(name);
  const results = lines.map((line): Result => {
    if ('sizes' in line) {
      const { sizes, ...rest } = line;
      const medians = sizes.map((name) => median(costsOf(name)));
      const [oursCost, peerCost] = [Math.max(...medians), Math.min(...medians)];
      return { unit, ...rest, oursCost, peerCost, ratio: oursCost / peerCost };
    }
    const [ours, peer] = [costsOf(line.ours), costsOf(line.peer)];
    const ratio = median(ours.map((cost, round) => cost / (peer[round] ?? NaN)));
    return { unit, ...line, oursCost: median(ours), peerCost: median(peer), ratio };
  });
  return { title, results };
}

/** Merges the results of one row from several processes: medians of all figures. */
export function merge(processes: readonly RowResults[]): RowResults {
  const [first, ...others] = processes;
  if (first === undefined) throw new Error('no process has measured anything');
  const results = first.results.map((result, index) => {
    const all = [result, ...others.flatMap(({ results: theirs }) => theirs[index] ?? [])];
    const medianOf = (key: 'oursCost' | 'peerCost' | 'ratio'): number => median(all.map((each) => each[key]));
    return { ...result, oursCost: medianOf('oursCost'), peerCost: medianOf('peerCost'), ratio: medianOf('ratio') };
  });
  return { ...first, results };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

function throwMissing(name: string): never {
  throw new Error(`no subject is named ${name}`);
}

export const isMissed = ({ ratio, atMost }: Result): boolean => atMost !== undefined && !(ratio <= atMost);
