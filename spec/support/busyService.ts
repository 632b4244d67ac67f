import { concurrencyLimit, type AdaptiveLimit, type Signal } from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';

/*
 * A closed loop: clients that always have a next call, a concurrency limit, and a service with some workers. Calls beyond
 * the workers wait in the service, first come, first served. Time is virtual, and the limit is the pure policy.
 */

/** What the service does and who calls it. */
export interface Load {
  readonly limit: number | AdaptiveLimit;
  /** How many calls the service works on at once. */
  readonly workers: (now: number) => number;
  /** How many milliperiods a worker needs for a call that it begins now. */
  readonly work: (now: number, random: () => number) => number;
  /** How many clients call at once. Each calls again when its call has ended. */
  readonly clients: (now: number) => number;
  /** How many calls wait in the service at most. It rejects others after a millisecond. */
  readonly queue?: (now: number) => number;
  readonly until: number;
  /** How many milliperiods a row of the result is about. @defaultValue 1000 */
  readonly period?: number;
  readonly seed?: number;
}

/** What happened in a period. */
export interface Period {
  /** The limit at its end. */
  readonly limit: number;
  /** The most calls that ran at once. */
  readonly running: number;
  readonly answered: number;
  readonly rejected: number;
  /** The mean milliperiods of an answer; 0 if there was none. */
  readonly took: number;
}

interface Call {
  readonly ticket: number;
  startedAt: number;
}

type Event = readonly [at: number, call: Call, kind: 'answered' | 'rejected'];

/** Plays the load and returns each period of it. */
export function play({
  limit,
  workers,
  work,
  clients,
  queue = () => Infinity,
  until,
  period = 1000,
  seed = 1,
}: Load): Period[] {
  const random = seededRandom(seed);
  const policy = concurrencyLimit({ limit });
  const periods: Period[] = [];
  const events: Event[] = [];
  const calls = new Map<number, Call>();
  const waiting: Call[] = [];
  let state = policy.initial;
  let [now, tickets, busy] = [0, 0, 0];
  let [answered, rejected, took, most] = [0, 0, 0, 0];

  /** The next event is the last one. */
  const schedule = (event: Event): void => {
    let index = events.length;
    while (index > 0 && Number(events[index - 1]?.[0]) <= event[0]) index -= 1;
    events.splice(index, 0, event);
  };
  const fold = (signal: Signal): number => {
    const before = state;
    const verdict = policy.reduce(before, signal);
    ({ state } = verdict);
    const woken = policy.wakes(before, state, signal);
    for (const ticket of woken === 'all' ? [] : woken) ask(ticket);
    return verdict.wait;
  };
  const ask = (ticket: number): void => {
    const call = calls.get(ticket);
    if (call === undefined || fold({ kind: 'ask', ticket, now, random: 0, attempt: 1 }) > 0) return;
    call.startedAt = now;
    most = Math.max(most, policy.view(state, now).running);
    if (waiting.length < queue(now)) waiting.push(call);
    else schedule([now + 1, call, 'rejected']);
    serve();
  };
  const serve = (): void => {
    while (busy < workers(now)) {
      const call = waiting.shift();
      if (call === undefined) return;
      busy += 1;
      schedule([now + work(now, random), call, 'answered']);
    }
  };
  const arrive = (): void => {
    while (calls.size < clients(now)) {
      const ticket = (tickets += 1);
      calls.set(ticket, { ticket, startedAt: now });
      ask(ticket);
    }
  };

  arrive();
  for (let end = period; end <= until; end += period) {
    for (let next = events.at(-1); next !== undefined && next[0] <= end; next = events.at(-1)) {
      events.pop();
      const [at, { ticket, startedAt }, kind] = next;
      now = at;
      const report = { ticket, now, random: 0, took: now - startedAt };
      if (kind === 'answered') {
        busy -= 1;
        answered += 1;
        took += report.took;
      } else rejected += 1;
      calls.delete(ticket);
      serve();
      fold(
        kind === 'answered' ? { kind: 'success', ...report } : { kind: 'failure', error: new Error('busy'), ...report },
      );
      arrive();
    }
    now = end;
    arrive();
    const { limit: current } = policy.view(state, now);
    periods.push({ limit: current, running: most, answered, rejected, took: answered === 0 ? 0 : took / answered });
    [answered, rejected, took, most] = [0, 0, 0, 0];
  }
  return periods;
}

/** The same work for each call. */
export const steady =
  (ms: number): Load['work'] =>
  () =>
    ms;

/** Log-normal work with that mean: most calls are a little faster, some take several times as long. */
export const varied =
  (ms: number, sigma = 0.5): Load['work'] =>
  (_, random) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return ms * Math.exp(sigma * normal - (sigma * sigma) / 2);
  };
