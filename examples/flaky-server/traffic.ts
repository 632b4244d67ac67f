import { catchError, defer, map, of, tap, type Observable } from 'rxjs';
import { RejectedError } from 'rxjs-reprise';
import type { FlakyServer } from './server.js';
import type { Setup } from './setups.js';

/** How a call ended. `rejected`: the circuit or the budget rejected its last attempt, which did not reach the server. */
export type Outcome = 'answered' | 'failed' | 'rejected';

interface Call {
  readonly client: string;
  outcome: Outcome | 'pending';
}

/** Makes calls with one setup, to a path of its own on the server, and counts their outcomes. */
export class Traffic {
  private readonly calls: Call[] = [];
  private newOutcomes: Outcome[] = [];
  private receivedBefore = 0;
  /** How many calls had been made when the server came back. */
  private callsBeforeRecovery = Infinity;
  /** How many calls were rejected while the server was up. */
  rejectedWhileUp = 0;

  constructor(
    readonly title: string,
    private readonly setup: Setup,
    private readonly server: FlakyServer,
  ) {}

  /** Makes one call for a client. Emits its outcome. */
  call(client: string): Observable<Outcome> {
    return defer(() => {
      const call: Call = { client, outcome: 'pending' };
      this.calls.push(call);
      return this.setup.call(this.server.url(this.setup.name)).pipe(
        map((): Outcome => 'answered'),
        catchError((error: unknown) => of<Outcome>(error instanceof RejectedError ? 'rejected' : 'failed')),
        tap((outcome) => {
          call.outcome = outcome;
          this.newOutcomes.push(outcome);
          if (outcome === 'rejected' && !this.server.isDown) this.rejectedWhileUp += 1;
        }),
      );
    });
  }

  /** How many calls were made. */
  get made(): number {
    return this.calls.length;
  }

  count(outcome: Outcome): number {
    return this.calls.filter((call) => call.outcome === outcome).length;
  }

  /** The server is back: calls from now on count for {@link clientsAnswered}. */
  markRecovery(): void {
    this.callsBeforeRecovery = this.calls.length;
  }

  /** How many clients had a call answered that they made after the server came back. */
  get clientsAnswered(): number {
    const answered = this.calls.slice(this.callsBeforeRecovery).filter(({ outcome }) => outcome === 'answered');
    return new Set(answered.map(({ client }) => client)).size;
  }

  /** How many requests the server has received. */
  get received(): number {
    return this.server.received(this.setup.name);
  }

  /** How many of them arrived while the server was down. */
  get receivedWhileDown(): number {
    return this.server.receivedWhileDown(this.setup.name);
  }

  /** The outcomes of the calls and the number of requests since this was last called. */
  takeNews(): { readonly outcomes: readonly Outcome[]; readonly received: number } {
    const { newOutcomes, received, receivedBefore } = this;
    this.newOutcomes = [];
    this.receivedBefore = received;
    return { outcomes: newOutcomes, received: received - receivedBefore };
  }
}
