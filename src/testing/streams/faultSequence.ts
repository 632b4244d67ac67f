import { callable, isList, milliseconds, record, rejectOption } from '../../options.js';
import { seededRandom } from '../../policy/seededRandom.js';
import { checkedRandom } from '../../time/clock.js';
import type { Fault, FaultOptions } from './fault.js';

/** Returns the faults of a script, in order. */
export function scriptedFaults(
  script: unknown,
  { rate, latency, latencyRate, error, seed, random }: FaultOptions,
): (attempt: number) => Fault {
  if (!isList(script)) return rejectOption('faults', 'script', 'an array of faults', script, TypeError);
  for (const [option, value] of Object.entries({ rate, latency, latencyRate, error, seed, random })) {
    if (value !== undefined) rejectOption('faults', option, 'omitted with script', value, TypeError);
  }
  const faults = script.map((fault, index): Fault => {
    const name = `script[${String(index)}]`;
    record('faults', name, fault);
    const unknownKey = Object.keys(fault as Fault).find((key) => key !== 'latency' && key !== 'error');
    if (unknownKey !== undefined)
      rejectOption('faults', name, 'an object with only latency and error', unknownKey, TypeError);
    const { latency: ms = 0 } = fault as Fault;
    milliseconds('faults', `${name}.latency`, ms);
    return { ...(fault as Fault) };
  });
  return (attempt) => faults[attempt - 1] ?? {};
}

/**
 * Draws the fault of each attempt. It makes two draws per attempt, so that latency does not influence which attempts fail.
 */
export function randomFaults(options: FaultOptions): (attempt: number) => Fault {
  const { rate = 0, latency = 0, latencyRate = 1, error = injectedError } = options;
  checkRate('rate', rate);
  checkRate('latencyRate', latencyRate);
  callable('faults', 'error', error);
  if (typeof latency !== 'function') milliseconds('faults', 'latency', latency);
  const draw = checkedRandom('faults', randomOf(options));
  const nextLatency = (): number => {
    const ms = typeof latency === 'function' ? latency() : latency;
    milliseconds('faults', 'the result of latency', ms);
    return ms;
  };
  return (attempt) => {
    const [isFailing, isLate] = [draw() < rate, draw() < latencyRate];
    return { ...(isLate ? { latency: nextLatency() } : {}), ...(isFailing ? { error: error(attempt) } : {}) };
  };
}

const injectedError = (attempt: number): Error => new Error(`faults: injected failure of attempt ${String(attempt)}`);

function randomOf({ seed, random }: FaultOptions): () => number {
  if (random !== undefined) callable('faults', 'random', random);
  if (seed === undefined) return random ?? Math.random;
  if (random !== undefined) rejectOption('faults', 'random', 'omitted with seed', random, TypeError);
  return seededRandom(seed);
}

function checkRate(option: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0 && value <= 1))
    rejectOption('faults', option, 'a number in [0, 1]', value);
}
