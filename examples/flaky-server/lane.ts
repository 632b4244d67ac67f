import { catchError, defer, map, of, tap, type Observable } from 'rxjs';
import { RejectedError } from 'rxjs-reprise';
import type { Protection } from './protections.js';
import type { FlakyServer } from './server.js';

/** How a call ended. `'rejected'`: the protection rejected it, so the server was not called (again). */
export type Outcome = 'answered' | 'failed' | 'rejected';

interface Call {
  readonly client: string;
  outcome: Outcome | 'pending';
}

/** The traffic under one protection, to its own path on the server, with its counts. */
export class Lane {
  private readonly calls: Call[] = [];
  private ended: Outcome[] = [];
  private seenBefore = 0;
  /** How many calls had been made when the server came back. */
  private resumedAt = Infinity;
  /** How many calls were rejected when the server was up. */
  rejectedWhileUp = 0;

  constructor(
    readonly title: string,
    private readonly protection: Protection,
    private readonly server: FlakyServer,
  ) {}

  /** Makes one call for a client, and emits how it ended. */
  call(client: string): Observable<Outcome> {
    return defer(() => {
      const call: Call = { client, outcome: 'pending' };
      this.calls.push(call);
      return this.protection.call(this.server.url(this.protection.name)).pipe(
        map((): Outcome => 'answered'),
        catchError((error: unknown) => of<Outcome>(error instanceof RejectedError ? 'rejected' : 'failed')),
        tap((outcome) => {
          call.outcome = outcome;
          this.ended.push(outcome);
          if (outcome === 'rejected' && !this.server.isDown) this.rejectedWhileUp += 1;
        }),
      );
    });
  }

  /** How many calls the clients made. */
  get asked(): number {
    return this.calls.length;
  }

  count(outcome: Outcome): number {
    return this.calls.filter((call) => call.outcome === outcome).length;
  }

  /** The server is up again. From now on, the clients that are answered again are counted. */
  resume(): void {
    this.resumedAt = this.calls.length;
  }

  /** How many clients were answered for a call made after the server came back. */
  get clientsAnswered(): number {
    const answered = this.calls.slice(this.resumedAt).filter(({ outcome }) => outcome === 'answered');
    return new Set(answered.map(({ client }) => client)).size;
  }

  /** How many requests the server has received. */
  get seen(): number {
    return this.server.seen(this.protection.name);
  }

  /** How many of them arrived while it was down. */
  get seenWhileDown(): number {
    return this.server.seenWhileDown(this.protection.name);
  }

  /** Since the last row: how calls ended, in order, and how many requests the server received. */
  news(): { readonly ended: readonly Outcome[]; readonly seen: number } {
    const { ended, seen, seenBefore } = this;
    this.ended = [];
    this.seenBefore = seen;
    return { ended, seen: seen - seenBefore };
  }
}
