import { isList, milliseconds, number, record, refuse, whole } from '../../options.js';

/*
 * What goes wrong with a service, and when: a script.
 */

/** From when to when, in milliseconds since the beginning. */
interface Span {
  readonly from: number;
  /** Later than `from`. */
  readonly to: number;
}

/** It answers every attempt with an error, and loses those that are under way when it goes down. */
export interface Down extends Span {
  readonly kind: 'down';
}

/** It answers a share of the attempts with an error. */
export interface BrownOut extends Span {
  readonly kind: 'brown-out';
  /** From 0 to 1. */
  readonly share: number;
}

/** It takes `factor` times as long, and can do that much less. */
export interface Slow extends Span {
  readonly kind: 'slow';
  /** At least 1. */
  readonly factor: number;
}

/** It answers so many attempts a second, and the others with an error that says when to come back. */
export interface Limited extends Span {
  readonly kind: 'limited';
  /** Attempts a second: a whole number, at least 1. */
  readonly limit: number;
  /** What the error carries as `retryAfter`, milliseconds, at least 0. */
  readonly retryAfter: number;
}

/** One entry of the script. */
export type Outage = Down | BrownOut | Slow | Limited;

const kinds: readonly unknown[] = ['down', 'brown-out', 'slow', 'limited'];

/** The script in order of time, checked. */
export function checkedOutages(where: string, option: string, script: readonly Outage[]): readonly Outage[] {
  if (!isList(script)) refuse(where, option, 'an array', script, TypeError);
  script.forEach((outage, index) => {
    check(where, `${option}[${String(index)}]`, outage);
  });
  const inOrder = [...script].sort((one, other) => one.from - other.from);
  inOrder.forEach(({ to }, index) => {
    const next = inOrder[index + 1]?.from ?? Infinity;
    if (next < to) refuse(where, option, 'one trouble at a time', [to, next], RangeError);
  });
  return inOrder;
}

function check(where: string, option: string, outage: Outage): void {
  record(where, outage, option);
  if (!kinds.includes(outage.kind))
    refuse(where, `${option}.kind`, "'down', 'brown-out', 'slow' or 'limited'", outage.kind, TypeError);
  milliseconds(where, `${option}.from`, outage.from);
  milliseconds(where, `${option}.to`, outage.to);
  if (outage.to <= outage.from) {
    refuse(where, `${option}.to`, `later than from (${String(outage.from)})`, outage.to);
  }
  switch (outage.kind) {
    case 'down':
      return;
    case 'brown-out':
      number(where, `${option}.share`, outage.share, 0);
      if (outage.share > 1) refuse(where, `${option}.share`, 'at most 1', outage.share);
      return;
    case 'slow':
      number(where, `${option}.factor`, outage.factor, 1);
      return;
    case 'limited':
      whole(where, `${option}.limit`, outage.limit, 1);
      milliseconds(where, `${option}.retryAfter`, outage.retryAfter);
  }
}

/** The one that is on, looked up by times that never go back. */
export class OutageScript {
  private index = 0;

  constructor(private readonly outages: readonly Outage[]) {}

  at(now: number): Outage | undefined {
    const { outages } = this;
    while (this.index < outages.length && outages[this.index]!.to <= now) this.index += 1;
    const outage = outages[this.index];
    return outage !== undefined && outage.from <= now ? outage : undefined;
  }

  /** When it goes down next, after an instant at which it is up; Infinity if never. */
  nextDown(): number {
    for (let index = this.index; index < this.outages.length; index += 1) {
      const outage = this.outages[index]!;
      if (outage.kind === 'down') return outage.from;
    }
    return Infinity;
  }
}
