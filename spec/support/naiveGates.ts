import { expect } from 'vitest';
import type { Gate } from 'rxjs-reprise';

/*
 * Naive models of gates. Each reads the log of all that a gate has folded, in order, and keeps plain sets and lists.
 */

/** An admitted attempt ends exactly once, and no attempt ends that was not admitted. */
export class NaiveAdmissions {
  protected readonly admitted = new Set<number>();
  protected readonly faults: string[] = [];
  private isRestored = false;

  constructor(protected readonly live: Gate) {
    live.changes.subscribe(({ signal, verdict }) => {
      const { kind, ticket } = signal;
      if (kind === 'control' && signal.command.name === 'resume') {
        this.isRestored = true;
        this.admitted.clear();
      }
      if (kind === 'ask' && verdict.wait === 0) {
        if (this.admitted.has(ticket)) this.faults.push(`${String(ticket)} is admitted twice`);
        this.admitted.add(ticket);
      }
      if (['success', 'failure', 'cancel'].includes(kind)) {
        if (!this.admitted.delete(ticket) && !this.isRestored) this.faults.push(`${String(ticket)} ends twice`);
      }
      this.follow(signal, verdict);
    });
  }

  check(): void {
    expect(this.faults).toEqual([]);
  }

  /** All calls have ended. */
  checkRest(): void {
    if (this.live.handles('failure')) expect([...this.admitted]).toEqual([]);
  }

  protected follow(_signal: Followed[0], _verdict: Followed[1]): void {
    // Only counts.
  }
}

type Followed = [
  signal: { readonly kind: string; readonly ticket: number },
  verdict: { readonly wait: number; readonly state: unknown },
];

/** A limit of slots: first come, first served. */
export class NaiveSlots extends NaiveAdmissions {
  private readonly queue = new Set<number>();

  constructor(
    live: Gate,
    private readonly limit: number,
  ) {
    super(live);
  }

  protected override follow(...[{ kind, ticket }, { wait }]: Followed): void {
    if (kind === 'control') this.queue.clear();
    if (kind === 'abandon') this.queue.delete(ticket);
    if (kind !== 'ask') return;
    if (wait > 0) {
      this.queue.add(ticket);
      return;
    }
    this.queue.delete(ticket);
    if (this.admitted.size > this.limit) this.faults.push(`${String(this.admitted.size)} run`);
    const ahead = [...this.queue].filter((each) => each < ticket).length;
    if (ahead > this.limit - this.admitted.size) this.faults.push(`${String(ticket)} is served before its turn`);
  }
}

/** A circuit that counts: a failure counts if its attempt was admitted after the circuit closed, however soon. */
export class NaiveFailures extends NaiveAdmissions {
  private failures = 0;
  private counting = new Set<number>();
  private phase = 'closed';

  constructor(
    live: Gate,
    private readonly threshold: number,
  ) {
    super(live);
  }

  protected override follow(...[{ kind, ticket }, { wait, state }]: Followed): void {
    const { phase } = state as { readonly phase: string };
    const isCounted = this.counting.delete(ticket) && this.phase === 'closed' && kind === 'failure';
    if (isCounted) this.failures += 1;
    if (isCounted && phase === 'closed' && this.failures >= this.threshold)
      this.faults.push(`closed after ${String(this.failures)} failures`);
    if (phase !== this.phase || kind === 'control') {
      this.failures = 0;
      this.counting = new Set();
    }
    this.phase = phase;
    if (kind === 'ask' && wait === 0 && phase === 'closed') this.counting.add(ticket);
  }
}
