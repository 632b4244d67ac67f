/*
 * What a row of the table is made of: some things that do the same job, and which of them are compared.
 */

/** One thing that is timed. */
export interface Subject {
  /** Does the job once; a promise is awaited. What it answers is kept, so that no result is thrown away. */
  readonly run: () => unknown;
  /** How many operations one run is; 1 unless told. */
  readonly per?: number;
  /** Throws unless one run is what it claims to be. */
  readonly check: (answer: unknown) => void;
  /** Sees to its situation, before each round and untimed. */
  readonly prepare?: () => unknown;
}

export type Subjects = Readonly<Record<string, Subject>>;

/** Two of them side by side: what ours may cost at most, as a multiple of the peer; without it, it is only shown. */
export interface Pair {
  readonly ours: string;
  readonly peer: string;
  readonly atMost?: number;
  /** That of the row unless told. */
  readonly unit?: Unit;
}

/** What must not depend on its size: the dearest of them over the cheapest. */
export interface Flat {
  readonly flat: readonly string[];
  readonly as: string;
  readonly atMost: number;
}

/** What each cost in each round, by name. All have as many rounds. */
export type Costs = Readonly<Record<string, readonly number[]>>;

/** How hard to look. */
export interface Effort {
  readonly rounds: number;
  /** How long one batch of one subject takes, milliseconds. */
  readonly batch: number;
}

interface Case {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly (Pair | Flat)[];
}

export type Unit = 'ns' | 'µs' | 'ms' | 'B';

/** A row that is timed here, in this process. */
export interface TimedRow extends Case {
  readonly subjects: () => Subjects | Promise<Subjects>;
}

/** A row that is measured in its own way. */
export interface OtherRow extends Case {
  readonly measure: (effort: Effort) => Promise<Costs>;
}

export type Row = TimedRow | OtherRow;

/** What a line came to. */
export interface Result {
  readonly unit: Unit;
  readonly ours: string;
  readonly peer: string;
  readonly oursCost: number;
  readonly peerCost: number;
  /** The median of the rounds' ratios. */
  readonly ratio: number;
  readonly atMost?: number;
}

export interface Report {
  readonly title: string;
  readonly results: readonly Result[];
}

/** The lines of a row, from what its subjects cost. */
export function report({ title, unit, lines }: Row, costs: Costs): Report {
  const of = (name: string): readonly number[] => costs[name] ?? missing(name);
  const results = lines.map((line): Result => {
    if ('flat' in line) {
      const sorted = [...line.flat].sort((one, other) => median(of(one)) - median(of(other)));
      const [cheapest = '', dearest = ''] = [sorted[0], sorted.at(-1)];
      const [oursCost, peerCost] = [median(of(dearest)), median(of(cheapest))];
      const [ours, peer] = [line.as, 'the cheapest of them'];
      return { unit, ours, peer, oursCost, peerCost, ratio: oursCost / peerCost, atMost: line.atMost };
    }
    const [ours, peer] = [of(line.ours), of(line.peer)];
    const ratio = median(ours.map((cost, round) => cost / (peer[round] ?? NaN)));
    return { unit, ...line, oursCost: median(ours), peerCost: median(peer), ratio };
  });
  return { title, results };
}

/** The same row, measured in several processes. */
export function merged(reports: readonly Report[]): Report {
  const [first, ...others] = reports;
  if (first === undefined) throw new Error('no process has measured anything');
  const results = first.results.map((result, index) => {
    const all = [result, ...others.flatMap(({ results: theirs }) => theirs[index] ?? [])];
    const middle = (key: 'oursCost' | 'peerCost' | 'ratio'): number => median(all.map((each) => each[key]));
    return { ...result, oursCost: middle('oursCost'), peerCost: middle('peerCost'), ratio: middle('ratio') };
  });
  return { ...first, results };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

function missing(name: string): never {
  throw new Error(`no subject is called ${name}`);
}

export const isMissed = ({ ratio, atMost }: Result): boolean => atMost !== undefined && !(ratio <= atMost);
