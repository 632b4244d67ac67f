import { isList, milliseconds, number, record, refuse, whole } from '../check.js';

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
export type Trouble = Down | BrownOut | Slow | Limited;

const kinds: readonly unknown[] = ['down', 'brown-out', 'slow', 'limited'];

/** The script in order of time, checked. */
export function scripted(where: string, option: string, script: readonly Trouble[]): readonly Trouble[] {
  if (!isList(script)) refuse(where, option, 'an array', script, TypeError);
  script.forEach((trouble, index) => {
    check(where, `${option}[${String(index)}]`, trouble);
  });
  const inOrder = [...script].sort((one, other) => one.from - other.from);
  inOrder.forEach(({ to }, index) => {
    const next = inOrder[index + 1]?.from ?? Infinity;
    if (next < to) refuse(where, option, 'one trouble at a time', [to, next], RangeError);
  });
  return inOrder;
}

function check(where: string, option: string, trouble: Trouble): void {
  record(where, trouble, option);
  if (!kinds.includes(trouble.kind))
    refuse(where, `${option}.kind`, "'down', 'brown-out', 'slow' or 'limited'", trouble.kind, TypeError);
  milliseconds(where, `${option}.from`, trouble.from);
  milliseconds(where, `${option}.to`, trouble.to);
  if (trouble.to <= trouble.from) {
    refuse(where, `${option}.to`, `later than from (${String(trouble.from)})`, trouble.to);
  }
  switch (trouble.kind) {
    case 'down':
      return;
    case 'brown-out':
      number(where, `${option}.share`, trouble.share, 0);
      if (trouble.share > 1) refuse(where, `${option}.share`, 'at most 1', trouble.share);
      return;
    case 'slow':
      number(where, `${option}.factor`, trouble.factor, 1);
      return;
    case 'limited':
      whole(where, `${option}.limit`, trouble.limit, 1);
      milliseconds(where, `${option}.retryAfter`, trouble.retryAfter);
  }
}

/** The one that is on, looked up by times that never go back. */
export class Script {
  private index = 0;

  constructor(private readonly troubles: readonly Trouble[]) {}

  at(now: number): Trouble | undefined {
    const { troubles } = this;
    while (this.index < troubles.length && troubles[this.index]!.to <= now) this.index += 1;
    const trouble = troubles[this.index];
    return trouble !== undefined && trouble.from <= now ? trouble : undefined;
  }

  /** When it goes down next, after an instant at which it is up; Infinity if never. */
  nextDown(): number {
    for (let index = this.index; index < this.troubles.length; index += 1) {
      const trouble = this.troubles[index]!;
      if (trouble.kind === 'down') return trouble.from;
    }
    return Infinity;
  }
}
