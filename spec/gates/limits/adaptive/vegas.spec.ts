import { describe, expect, it } from 'vitest';
import { concurrencyLimit, vegas, type AdaptiveLimit } from 'rxjs-reprise';
import { ask, cancel, control, failure, folded, success } from '../../../support/log.js';

/** A rule in use. Attempts start together and end together, `took` milliseconds later. */
class Rule {
  private state: unknown;
  private now = 0;

  constructor(private readonly rule: AdaptiveLimit) {
    this.state = rule.initial;
  }

  /** `attempts` end while `running` run, and the limit after them. */
  ends(attempts: number, took: number, running = this.limit, end: typeof success = success): number {
    this.now += took;
    for (let each = 0; each < attempts; each += 1) this.end(took, running, end);
    return this.limit;
  }

  /** An attempt ends now, and the limit after it. */
  end(took: number, running = this.limit, end: typeof success = success): number {
    ({ state: this.state } = this.rule.onEnd(this.state, end(this.now, { took }) as never, running));
    return this.limit;
  }

  /** After a change to less, the first attempt at whose end no more run than the limit starts the next round. */
  drains(): void {
    this.ends(1, 1, this.limit);
  }

  get limit(): number {
    return this.rule.limitOf(this.state);
  }
}

/** After the first probe: an attempt takes 100 ms at low load. */
function measured(options: Parameters<typeof vegas>[0]): Rule {
  const rule = new Rule(vegas(options));
  const initial = rule.limit;
  const size = Math.max(10, initial);
  rule.drains();
  rule.ends(size, 100);
  rule.drains();
  expect(rule.ends(size, 100)).toBe(initial);
  return rule;
}

describe('vegas', () => {
  it('measures at half of the limit first', () => {
    const rule = new Rule(vegas({ initial: 12 }));
    expect(rule.ends(1, 10)).toBe(12);
    expect(rule.ends(11, 100)).toBe(12);
    expect(rule.ends(1, 100)).toBe(6);
    rule.drains();
    expect(rule.ends(11, 90)).toBe(6);
    expect(rule.ends(1, 90)).toBe(12);
  });

  it('measures at half of that again while attempts become faster by a third', () => {
    const rule = new Rule(vegas({ initial: 80 }));
    rule.drains();
    expect(rule.ends(80, 800)).toBe(40);
    rule.drains();
    expect(rule.ends(80, 400)).toBe(20);
    rule.drains();
    expect(rule.ends(80, 200)).toBe(10);
    rule.drains();
    expect(rule.ends(80, 150)).toBe(80);
  });

  it('measures at half of what runs, if less than the limit runs', () => {
    const rule = new Rule(vegas({ initial: 60 }));
    rule.drains();
    expect(rule.ends(60, 190, 38)).toBe(19);
  });

  it('measures at half of the limit, which restricts nothing, if less than half of it is used', () => {
    const rule = new Rule(vegas({ initial: 60 }));
    rule.drains();
    expect(rule.ends(60, 190, 29)).toBe(30);
  });

  it('measures at min at the lowest', () => {
    const rule = new Rule(vegas({ initial: 5, min: 2 }));
    rule.drains();
    expect(rule.ends(10, 800)).toBe(2);
    rule.drains();
    expect(rule.ends(10, 100)).toBe(5);
  });

  it('grows by its square root while fewer than alpha wait, and shrinks by it while more than beta wait', () => {
    const rule = measured({ initial: 16, alpha: 4, beta: 8 });
    expect(rule.ends(16, 133)).toBe(20); //  queue 3.97
    expect(rule.ends(20, 126)).toBe(20); //  queue 4.1
    expect(rule.ends(20, 166)).toBe(20); //  queue 7.95
    expect(rule.ends(20, 167)).toBe(16); //  queue 8.02
  });

  it('allows the square root of the limit and twice that by default', () => {
    const rule = measured({ initial: 16 });
    expect(rule.ends(16, 134)).toBe(16);
    expect(rule.ends(16, 133)).toBe(20);
    expect(rule.ends(20, 180)).toBe(20); //  queue 8.9 of 8.9
    expect(rule.ends(20, 182)).toBe(16);
  });

  it.each([
    ['twice alpha', { alpha: 1 }, 115, 12],
    ['twice alpha', { alpha: 1 }, 114, 16],
    ['twice alpha', { alpha: 1 }, 106, 20],
    ['beta', { beta: 1 }, 106, 20],
    ['beta', { beta: 1 }, 107, 12],
    ['0, with alpha', { alpha: 0, beta: 0 }, 100, 16],
    ['0, with alpha', { alpha: 0, beta: 0 }, 101, 12],
  ])('allows %s: %j, %i ms', (_, options, took, limit) => {
    expect(measured({ initial: 16, ...options }).ends(16, took)).toBe(limit);
  });

  it('grows only if at least half of it was used at once', () => {
    const rule = measured({ initial: 16 });
    expect(rule.ends(16, 100, 7)).toBe(16);
    expect(rule.ends(15, 100, 7)).toBe(16);
    expect(rule.ends(1, 100, 8)).toBe(20);
  });

  it('counts only attempts that started after the limit was set', () => {
    const rule = measured({ initial: 16 });
    expect(rule.ends(16, 133)).toBe(20);
    expect(rule.ends(19, 100)).toBe(20);
    // The round began 100 ms ago.
    expect(rule.end(101)).toBe(20);
    expect(rule.end(100)).toBe(24);
  });

  it('waits after a step down until no more run than the limit', () => {
    const rule = measured({ initial: 16 });
    expect(rule.ends(16, 201)).toBe(12);
    expect(rule.ends(100, 300, 14)).toBe(12);
    expect(rule.ends(1, 300, 13)).toBe(12);
    expect(rule.ends(12, 100, 12)).toBe(15);
  });

  it('is never above max or below min', () => {
    const rule = measured({ initial: 16, min: 15, max: 18 });
    expect(rule.ends(16, 100)).toBe(18);
    expect(rule.ends(18, 100)).toBe(18);
    expect(rule.ends(18, 300)).toBe(15);
  });

  it('probes after 30 rounds', () => {
    const rule = measured({ initial: 16, max: 16 });
    for (let round = 0; round < 30; round += 1) expect(rule.ends(16, 100)).toBe(16);
    expect(rule.ends(16, 100)).toBe(8);
    rule.drains();
    expect(rule.ends(16, 100)).toBe(16);
  });

  it('probes when it has halved, so that a service that became slower is measured anew', () => {
    const rule = measured({ initial: 16 });
    const limits = [16];
    while (limits.length < 4) {
      limits.push(rule.ends(16, 1000));
      rule.drains();
    }
    expect(limits).toEqual([16, 12, 9, 6]);
    expect(rule.ends(10, 1000)).toBe(3);
    rule.drains();
    expect(rule.ends(10, 1000)).toBe(6);
    expect(rule.ends(10, 1000)).toBe(8);
  });

  it('takes over a fifth of a faster round', () => {
    const rule = measured({ initial: 16, alpha: 1, beta: 4 });
    expect(rule.ends(16, 50)).toBe(20); // at low load: 90 ms
    expect(rule.ends(20, 110)).toBe(20); // queue 3.6
    expect(rule.ends(20, 113)).toBe(16); // queue 4.07
  });

  it('is multiplied by 0.9 at a failure, once for attempts that ran together, and never below min', () => {
    const rule = measured({ initial: 20, min: 17 });
    expect(rule.ends(20, 5, 20, failure)).toBe(18);
    expect(rule.ends(1, 5, 20, failure)).toBe(18);
    rule.drains();
    expect(rule.ends(1, 5, 18, failure)).toBe(17);
    rule.drains();
    expect(rule.ends(1, 5, 17, failure)).toBe(17);
    // The time of a failure does not count.
    expect(rule.ends(17, 100)).toBe(21);
  });

  it('goes on with a probe after a failure, at a limit that is no higher', () => {
    const rule = new Rule(vegas({ initial: 2 }));
    rule.drains();
    expect(rule.ends(10, 100)).toBe(1);
    rule.drains();
    expect(rule.ends(1, 5, 1, failure)).toBe(1);
    rule.drains();
    expect(rule.ends(10, 100)).toBe(1);
    expect(rule.ends(10, 100)).toBe(2);
  });

  it('counts an attempt whose consumer left, if it took longer than at low load', () => {
    const rule = measured({ initial: 16 });
    expect(rule.ends(100, 100, 16, cancel)).toBe(16);
    expect(rule.ends(16, 300, 16, cancel)).toBe(12);
    expect(new Rule(vegas()).ends(100, 1e6, 20, cancel)).toBe(20);
  });

  it('grows if attempts take no time', () => {
    const rule = new Rule(vegas({ initial: 10 }));
    const policy = vegas({ initial: 10 });
    expect(rule.ends(1000, 0)).toBe(10);
    let state = policy.initial;
    for (let now = 1; now < 100; now += 1)
      ({ state } = policy.onEnd(state, success(now, { took: 0 }) as never, policy.limitOf(state)));
    expect(policy.limitOf(state)).toBeGreaterThan(20);
  });

  it('starts a new round after a restart', () => {
    const policy = concurrencyLimit({ limit: vegas({ initial: 16 }) });
    const used = folded(policy, [ask(0), success(10, { took: 10 }), ask(20, { ticket: 2 }), ask(20, { ticket: 3 })]);
    const resumed = folded(policy, [control(-1e6, 'resume')], used);
    expect(policy.view(resumed, 0)).toEqual({ running: 0, waiting: 0, free: 16, limit: 16 });
    expect(resumed).toHaveProperty('adapted.round', null);
    expect(folded(policy, [success(-1e6, { ticket: 2, took: 5 })], resumed)).toBe(resumed);
  });
});
