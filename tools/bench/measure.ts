import { counter } from './job.js';
import type { Costs, Effort, Subject, Subjects } from './row.js';

/*
 * The stopwatch. The subjects of a row take turns, in a new shuffled order each round, so that disturbances of the machine
 * affect all of them alike. Only costs of the same round are divided by each other. The unit is processor time of all
 * threads: it excludes other programs and includes our own garbage collector.
 */

/** Nanoseconds per operation of each subject in each round. */
export async function measure(subjects: Subjects, { rounds, batch }: Effort): Promise<Costs> {
  const clocks: Clock[] = [];
  for (const [name, subject] of Object.entries(subjects)) clocks.push(await calibrate(name, subject, batch));
  for (let round = 0; round < rounds; round += 1) {
    for (const clock of shuffle(clocks)) {
      await clock.subject.prepare?.();
      // The next subject must not pay for the garbage of the previous one.
      globalThis.gc?.({ type: 'minor' });
      const ms = await elapsed(clock, clock.runs);
      clock.costs.push((ms * 1e6) / clock.runs / (clock.subject.per ?? 1));
    }
  }
  return Object.fromEntries(clocks.map(({ name, costs }) => [name, costs]));
}

interface Clock {
  readonly name: string;
  readonly subject: Subject;
  readonly isAsync: boolean;
  /** The number of runs in a batch. */
  runs: number;
  readonly costs: number[];
}

/** Checks that the subject does its job, and finds the number of runs that fill a batch. */
async function calibrate(name: string, subject: Subject, batch: number): Promise<Clock> {
  await subject.prepare?.();
  counter.calls = 0;
  const first = subject.run();
  try {
    subject.check(await first);
  } catch (error) {
    throw new Error(`${name} does not do its job`, { cause: error });
  }
  const clock: Clock = { name, subject, isAsync: first instanceof Promise, runs: 1, costs: [] };
  for (let left = warmUps; left > 0; left -= 1) fitRuns(clock, await elapsed(clock, clock.runs), warmUpMs);
  fitRuns(clock, await elapsed(clock, clock.runs), batch);
  return clock;
}

/** Warm-up runs come before the batch is sized, because cold code runs at another speed than compiled code. */
const warmUps = 12;
const warmUpMs = 12;

/** Scales `runs` so that a batch takes `wanted` ms, given that it took `ms`. Grows at most tenfold, because cold runs mislead. */
function fitRuns(clock: Clock, ms: number, wanted: number): void {
  clock.runs = Math.max(1, Math.round(clock.runs * Math.min(10, wanted / ms)));
}

/** The processor time of `runs` runs, in milliseconds. */
async function elapsed({ subject: { run }, isAsync }: Clock, runs: number): Promise<number> {
  const start = process.cpuUsage();
  if (isAsync) await runAsync(run, runs);
  else runSync(run, runs);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The last result. It is exported so that the compiler cannot drop the work. */
export let lastResult: unknown;

function runSync(run: () => unknown, runs: number): void {
  for (let left = runs; left > 0; left -= 1) lastResult = run();
}

async function runAsync(run: () => unknown, runs: number): Promise<void> {
  for (let left = runs; left > 0; left -= 1) lastResult = await run();
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);
}
