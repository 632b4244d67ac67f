import { TimeoutError } from 'rxjs';
import type { Reason, RetryEvent } from 'rxjs-reprise';
import { attemptTimeout } from './clients.js';
import { HttpError } from './http.js';
import { columns, formatMs, paint, print, startStopwatch } from './terminal.js';

/** Prints one line for each attempt when it ends, with the time since the start. */
export class Timeline {
  private readonly elapsed = startStopwatch();
  private readonly attemptsOf = new Map<string, number>();

  constructor() {
    print(paint('dim', columns(widths, ['time', 'client', '#', 'result', 'then'])));
  }

  /** How many attempts a client has made. */
  attempts(client: string): number {
    return this.attemptsOf.get(client) ?? 0;
  }

  /** The `observe` option of a client: prints every attempt that fails. */
  observerOf(client: string): (event: RetryEvent) => void {
    return (event) => {
      if (event.kind === 'retrying') {
        const wait = `waits ${formatMs(event.wait)} ${paint('dim', `(${waitReason(event.error)})`)}`;
        this.printAttempt(client, event.attempt, paint('yellow', describeError(event.error)), wait);
      }
      if (event.kind === 'gave-up') {
        const reason = `gives up (${describeReason(event.reason)})`;
        this.printAttempt(client, event.attempt, paint('red', describeError(event.error)), reason);
      }
    };
  }

  /** Prints the attempt that succeeded. */
  printAnswer(client: string, answer: string): void {
    this.printAttempt(client, this.attempts(client) + 1, paint('green', '200 OK'), `"${answer}"`);
  }

  print(name: string, what: string, then: string, attempt: string = ''): void {
    print(columns(widths, [paint('dim', this.elapsed()), paint('bold', name), attempt, what, then]));
  }

  private printAttempt(client: string, attempt: number, what: string, then: string): void {
    this.attemptsOf.set(client, attempt);
    this.print(client, what, then, String(attempt));
  }
}

const widths = [-8, 8, -1, 26];

/** Describes the error of an attempt with the given timeout. */
export function describeError(error: unknown, timeout: number = attemptTimeout): string {
  if (error instanceof TimeoutError) return `no answer within ${formatMs(timeout)}`;
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED') return 'connection refused';
  return message === 'terminated' ? 'body truncated' : message;
}

const waitReason = (error: unknown): string =>
  error instanceof HttpError && error.retryAfter !== undefined
    ? `Retry-After: ${formatMs(error.retryAfter)}`
    : 'backoff';

function describeReason(reason: Reason): string {
  if (reason === 'error') return 'error is not transient';
  if (reason === 'deadline') return 'the next attempt would miss the deadline';
  if (reason === 'retries') return 'no attempts left';
  return reason;
}
