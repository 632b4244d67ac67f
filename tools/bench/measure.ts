import { tally } from './job.js';
import type { Costs, Effort, Subject, Subjects } from './row.js';

/*
 * The stopwatch. All subjects of a row take turns, in an order that is shuffled anew in each round, so that what the
 * machine does meanwhile happens to all of them; only what was measured in the same round is ever divided. It shows
 * processor time, of all threads: that of other programs does not count, that of our own garbage collector does.
 */

/** Nanoseconds per operation of each, in each round. */
export async function timed(subjects: Subjects, { rounds, batch }: Effort): Promise<Costs> {
  const clocks: Clock[] = [];
  for (const [name, subject] of Object.entries(subjects)) clocks.push(await calibrated(name, subject, batch));
  for (let round = 0; round < rounds; round += 1) {
    for (const clock of shuffled(clocks)) {
      await clock.subject.prepare?.();
      // The garbage of the one is not the time of the next.
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
  /** How often it runs in a batch. */
  runs: number;
  readonly costs: number[];
}

/** Checks that it does its job, and finds out how often it runs in the time of a batch. */
async function calibrated(name: string, subject: Subject, batch: number): Promise<Clock> {
  await subject.prepare?.();
  tally.calls = 0;
  const first = subject.run();
  try {
    subject.check(await first);
  } catch (error) {
    throw new Error(`${name} does not do its job`, { cause: error });
  }
  const clock: Clock = { name, subject, isAsync: first instanceof Promise, runs: 1, costs: [] };
  for (let left = warmUps; left > 0; left -= 1) fit(clock, await elapsed(clock, clock.runs), warmUp);
  fit(clock, await elapsed(clock, clock.runs), batch);
  return clock;
}

/** Before its batch is settled it runs twelve times for about as many milliseconds: a cold run says nothing of a warm one. */
const warmUps = 12;
const warmUp = 12;

/** Makes a batch that took `ms` milliseconds take `wanted`; a cold one is not trusted with more than ten times as many. */
function fit(clock: Clock, ms: number, wanted: number): void {
  clock.runs = Math.max(1, Math.round(clock.runs * Math.min(10, wanted / ms)));
}

/** Milliseconds of processor time. */
async function elapsed({ subject: { run }, isAsync }: Clock, runs: number): Promise<number> {
  const begun = process.cpuUsage();
  if (isAsync) await inTurn(run, runs);
  else atOnce(run, runs);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** The last answer, kept where no compiler may forget it. */
export let kept: unknown;

function atOnce(run: () => unknown, runs: number): void {
  for (let left = runs; left > 0; left -= 1) kept = run();
}

async function inTurn(run: () => unknown, runs: number): Promise<void> {
  for (let left = runs; left > 0; left -= 1) kept = await run();
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);
}
