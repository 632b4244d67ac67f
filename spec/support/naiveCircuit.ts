import type { CircuitState, Command, Reason } from 'rxjs-reprise';

/*
 * The simplest possible circuit breaker. It keeps every call and every end in a list, and computes each answer from the
 * list. It has no windows and no reducer, ignores cost, and shares no code with the source.
 */

/** A period in one phase. A call belongs to the era in which it was admitted. */
export interface Era {
  readonly since: number;
  /** The newest ticket at its start. */
  readonly last: number;
}

export interface NaiveCall {
  readonly call: number;
  /** When it was admitted, on the circuit's clock. */
  readonly at: number;
  readonly era: Era;
}

export interface NaiveEnd {
  readonly at: number;
  readonly isBad: boolean;
}

export interface NaiveRule {
  readonly slowerThan?: number;
  /** The ends that count at this instant. */
  counted(ends: readonly NaiveEnd[], now: number): readonly NaiveEnd[];
  isReached(ends: readonly NaiveEnd[], now: number): boolean;
  /** How far the newest end that counts lies in the future. */
  ahead(ends: readonly NaiveEnd[], now: number): number;
}

export interface NaiveOptions {
  readonly rules: readonly NaiveRule[];
  /** The time of the n-th opening in a row; `undefined` if there is none, so the last one stands. */
  readonly openTime: (n: number, draw: number, error: unknown) => number | undefined;
  /** The longest time that an error can ask for. */
  readonly maxOpen: number;
  readonly probes: number;
  readonly allowedFailures: number;
  readonly probeTimeout: number | undefined;
  readonly onCancel: 'failure' | 'ignore';
}

export type EndKind = 'success' | 'failure' | 'cancel';
type Outcome = 'failure' | 'success' | 'ignore';

export interface NaiveAnswer {
  readonly wait: number;
  readonly reason?: Reason;
}

/** The error of a call, and the time that it asks for; -1 if it asks for none. */
export interface NaiveError {
  readonly error: unknown;
  readonly hint: number;
}

const noError: NaiveError = { error: undefined, hint: -1 };

const yes: NaiveAnswer = { wait: 0 };
const late: NaiveAnswer = { wait: 0, reason: 'late' };

export class NaiveCircuit {
  phase: CircuitState['phase'] = 'closed';
  era: Era = { since: -Infinity, last: 0 };
  /** The instant of the last change. */
  seen = -Infinity;
  /** For each rule, all ends in this era. */
  ends: readonly (readonly NaiveEnd[])[];
  opens = 0;
  openedAt = 0;
  until = 0;
  /** The whole time of this opening, and the time by `openTime` alone. */
  ms = 0;
  own = 60_000;
  /** The random number of the next opening, if a probe times out. */
  draw = 0;
  probes: readonly number[] = [];
  /** The running probes that have delivered a value. */
  answered: readonly number[] = [];
  good = 0;
  bad = 0;
  probeTimeout = 0;
  probesTimeOutAt = 0;
  holds = 0;

  constructor(readonly options: NaiveOptions) {
    this.ends = options.rules.map(() => []);
  }

  copy(): NaiveCircuit {
    return Object.assign(new NaiveCircuit(this.options), this);
  }

  /** Lets time pass, and returns the instant on the circuit's clock. */
  advance(instant: number): number {
    const now = Math.max(instant, this.seen);
    if (this.phase === 'half-open' && this.probes.length > 0 && now >= this.probesTimeOutAt) this.timeOut();
    return now;
  }

  ask(call: number, now: number, draw: number): NaiveAnswer {
    if (this.phase === 'isolated') return { wait: Infinity, reason: 'isolated' };
    if (this.phase === 'open') {
      if (now < this.until) return { wait: this.until - now, reason: 'open' };
      this.halfOpen(now, draw);
    }
    if (this.phase !== 'half-open') return yes;
    if (this.good + this.bad + this.probes.length >= this.options.probes) {
      return { wait: this.probesTimeOutAt - now, reason: 'half-open' };
    }
    this.probes = [...this.probes, call];
    this.probesTimeOutAt = now + this.probeTimeout;
    this.seen = now;
    return yes;
  }

  value(call: number, now: number): NaiveAnswer {
    if (this.isSilentProbe(call)) {
      this.answered = [...this.answered, call];
      this.seen = now;
    }
    return yes;
  }

  isSilentProbe(call: number): boolean {
    return this.phase === 'half-open' && this.probes.includes(call) && !this.answered.includes(call);
  }

  /** Whether a call belongs to this era. Calls admitted at the instant of its start are distinguished by their tickets. */
  isOfThisEra({ call, at, era }: NaiveCall): boolean {
    if (this.phase === 'half-open') return era === this.era && this.probes.includes(call);
    return at === this.era.since ? call > this.era.last : era === this.era;
  }

  end(of: NaiveCall, kind: EndKind, outcome: Outcome, now: number, draw: number, error: NaiveError): NaiveAnswer {
    if (this.phase === 'disabled') return yes;
    if (this.phase === 'open' || this.phase === 'isolated' || !this.isOfThisEra(of)) return late;
    const took = now - of.at;
    const { rules } = this.options;
    const says = rules.map(({ slowerThan = Infinity }) => {
      if (slowerThan === Infinity) return outcome === 'ignore' ? undefined : outcome === 'failure';
      if (outcome !== 'ignore') return took > slowerThan;
      return kind === 'cancel' && took > slowerThan ? true : undefined;
    });
    if (this.phase === 'half-open') {
      this.endProbe(of.call, outcome === 'failure' || says.includes(true), outcome, now, draw, error);
      return yes;
    }
    if (says.every((isBad) => isBad === undefined)) return yes;
    this.seen = now;
    this.ends = this.ends.map((ends, rule) => {
      const isBad = says[rule];
      return isBad === undefined ? ends : [...ends, { at: now, isBad }];
    });
    const isReached = rules.some((rule, index) => rule.isReached(this.ends[index] ?? [], now));
    if (this.phase === 'closed' && says.includes(true) && isReached) this.open(now, draw, error);
    return yes;
  }

  control({ name, ...more }: Command, now: number, draw: number, last: number): NaiveAnswer {
    const illegal = { wait: Infinity, reason: 'illegal' };
    const isIsolated = this.phase === 'isolated';
    switch (name) {
      case 'isolate':
        this.holds = isIsolated ? this.holds + 1 : 1;
        this.enter('isolated', now, last);
        return yes;
      case 'release':
        if (!isIsolated) return yes;
        this.holds -= 1;
        this.seen = now;
        if (this.holds === 0) this.enter('closed', now, last);
        return yes;
      case 'reset':
        this.enter('closed', now, last);
        return yes;
      case 'disable':
        if (isIsolated) return illegal;
        this.enter('disabled', now, last);
        return yes;
      case 'shadow':
        if (isIsolated) return illegal;
        this.enter('shadow', now, last);
        return yes;
      case 'half-open':
        if (this.phase === 'half-open') return yes;
        if (this.phase !== 'open') return illegal;
        this.halfOpen(now, draw);
        return yes;
      case 'open': {
        if (isIsolated) return illegal;
        const ms = 'ms' in more ? more.ms : undefined;
        if (this.phase === 'open') this.openFor(ms ?? this.own, now);
        else this.open(now, draw, noError, ms);
        return yes;
      }
      case 'resume':
        this.resume(now, last);
        return yes;
    }
  }

  private timeOut(): void {
    const { probes, allowedFailures } = this.options;
    const silent = this.probes.filter((probe) => !this.answered.includes(probe));
    const last = Math.max(...this.probes);
    this.seen = this.probesTimeOutAt;
    this.good += this.answered.length;
    this.probes = this.answered = [];
    if (this.good >= probes - allowedFailures) this.enter('closed', this.seen, last);
    else if (silent.length > 0) this.open(this.seen, this.draw, noError);
  }

  private endProbe(call: number, isBad: boolean, outcome: Outcome, now: number, draw: number, error: NaiveError): void {
    const { probes, allowedFailures } = this.options;
    const last = Math.max(...this.probes);
    this.probes = this.probes.filter((probe) => probe !== call);
    this.answered = this.answered.filter((probe) => probe !== call);
    this.seen = now;
    if (isBad) this.bad += 1;
    else if (outcome === 'success') this.good += 1;
    if (this.bad > allowedFailures) this.open(now, draw, error);
    else if (this.good >= probes - allowedFailures) this.enter('closed', now, last);
  }

  private enter(phase: CircuitState['phase'], now: number, last: number): void {
    this.phase = phase;
    this.era = { since: now, last };
    this.seen = now;
    this.ends = this.options.rules.map(() => []);
    this.opens = 0;
    this.own = 60_000;
  }

  private open(now: number, draw: number, { error, hint }: NaiveError, ms?: number): void {
    this.opens = this.phase === 'half-open' ? this.opens + 1 : 1;
    this.own = this.options.openTime(this.opens, draw, error) ?? this.own;
    this.phase = 'open';
    this.era = { since: now, last: 0 };
    this.openedAt = now;
    this.openFor(ms ?? Math.max(this.own, Math.min(hint, this.options.maxOpen)), now);
  }

  private openFor(ms: number, now: number): void {
    this.seen = now;
    this.ms = ms;
    this.until = now + ms;
  }

  private halfOpen(now: number, draw: number): void {
    this.phase = 'half-open';
    this.era = { since: now, last: 0 };
    this.draw = draw;
    this.ms = Math.min(this.ms, now - this.openedAt);
    this.probeTimeout = this.options.probeTimeout ?? Math.max(this.ms, 60_000);
    this.probes = this.answered = [];
    this.good = 0;
    this.bad = 0;
    this.seen = now;
  }

  private resume(now: number, last: number): void {
    if (this.phase === 'open') {
      const ahead = Math.max(0, this.until - now - this.ms);
      this.until -= ahead;
      this.openedAt -= ahead;
    }
    if (this.phase === 'half-open') {
      this.phase = 'open';
      this.openedAt = now - this.ms;
      this.until = now;
    }
    this.ends = this.ends.map((ends, index) => {
      const ahead = Math.max(0, this.options.rules[index]?.ahead(ends, now) ?? 0);
      return ends.map(({ at, isBad }) => ({ at: at - ahead, isBad }));
    });
    this.era = { since: now, last };
    this.seen = now;
  }
}
