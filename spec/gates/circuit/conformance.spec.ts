import { describe, expect, it } from 'vitest';
import { circuitBreaker, type CircuitState, type Command, type Signal, type Verdict } from 'rxjs-reprise';
import { optionsOf, titled, type Vector } from '../../support/vectors.js';

const commands: Record<string, Command['name']> = {
  open: 'open',
  openFor: 'open',
  halfOpen: 'half-open',
  reset: 'reset',
  isolate: 'isolate',
  release: 'release',
  disable: 'disable',
  metricsOnly: 'shadow',
  restore: 'resume',
};

/** Folds the events of a vector, and checks its expectations after each. */
function play({ config, events, expect: expectations }: Vector): void {
  const policy = circuitBreaker(optionsOf(config));
  let state: CircuitState = policy.initial;
  let saved = '';
  let last = 0;
  const calls = new Map<string | undefined, { readonly call: number; readonly at: number }>();

  const send = (signal: Signal): Verdict<CircuitState> => {
    const verdict = policy.reduce(state, signal);
    state = verdict.state;
    return verdict;
  };
  const ask = (now: number): Verdict => send({ kind: 'ask', ticket: (last += 1), now, random: 0.5, attempt: 1 });
  const settle = (outcome: string | undefined, ticket: number, now: number, took: number): void => {
    const end = { ticket, now, random: 0.5, took };
    if (outcome === 'success') send({ kind: 'success', ...end });
    else if (outcome === 'cancelled') send({ kind: 'cancel', ...end });
    else send({ kind: 'failure', ...end, error: outcome });
  };

  events.forEach(({ at_ms: now, op, id, outcome, count = 1, duration_ms: took = 0, ms }, index) => {
    let admitted = 0;
    let verdict: Verdict | undefined;
    if (op === 'run') {
      for (let i = 0; i < count; i += 1) {
        if (ask(now).wait > 0) continue;
        admitted += 1;
        settle(outcome, last, now, took);
      }
    } else if (op === 'call') {
      verdict = ask(now);
      admitted = verdict.wait === 0 ? 1 : 0;
      calls.set(id, { call: last, at: now });
    } else if (op === 'settle') {
      const { call, at } = calls.get(id) ?? { call: NaN, at: NaN };
      settle(outcome, call, now, now - at);
    } else if (op === 'snapshot') {
      saved = JSON.stringify(state);
    } else if (op !== 'tick') {
      if (op === 'restore') state = JSON.parse(saved) as CircuitState;
      const name = commands[op];
      if (name === undefined) throw new Error(`unknown event: ${op}`);
      const command: Command = name === 'open' && ms !== undefined ? { name, ms } : { name };
      verdict = send({ kind: 'control', ticket: last, now, random: 0.5, command });
    }

    const view = policy.view(state, now);
    for (const wanted of expectations.filter(({ after }) => after === index)) {
      const seen = {
        after: index,
        state: view.phase === 'shadow' ? 'metrics-only' : view.phase,
        admitted,
        failures: view.failures,
        successes: view.successes,
        retryAfterMs: verdict?.wait,
        error: verdict?.reason === 'illegal' ? 'illegal-transition' : undefined,
      };
      expect(seen).toMatchObject(wanted);
    }
  });
}

describe('circuitBreaker conforms', () => {
  it.each(titled(false))('%s', (_, vector) => {
    play(vector);
  });
});
