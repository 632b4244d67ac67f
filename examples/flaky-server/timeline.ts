import { TimeoutError } from 'rxjs';
import type { Reason, RetryEvent } from 'rxjs-reprise';
import { maxWait } from './clients.js';
import { HttpError } from './http.js';
import { columns, milliseconds, paint, say, stopwatch } from './terminal.js';

/** Prints what happens as it happens: a line for each call, with the time since the start. */
export class Timeline {
  private readonly time = stopwatch();
  private readonly made = new Map<string, number>();

  constructor() {
    say(paint('dim', columns(widths, ['time', 'client', '#', 'what happens', 'what follows'])));
  }

  /** How many calls a client has made. */
  calls(client: string): number {
    return this.made.get(client) ?? 0;
  }

  /** For the `observe` of a client: it receives every call that fails. */
  observer(client: string): (event: RetryEvent) => void {
    return (event) => {
      if (event.kind === 'retrying') {
        const wait = `waits ${milliseconds(event.wait)} ${paint('dim', `(${because(event.error)})`)}`;
        this.call(client, event.attempt, paint('yellow', failure(event.error)), wait);
      }
      if (event.kind === 'gave-up') {
        this.call(client, event.attempt, paint('red', failure(event.error)), `gives up: ${inWords(event.reason)}`);
      }
    };
  }

  /** The call after the failed ones succeeded. */
  answered(client: string, answer: string): void {
    this.call(client, this.calls(client) + 1, paint('green', '200 OK'), `"${answer}"`);
  }

  note(who: string, what: string, then: string, attempt: string = ''): void {
    say(columns(widths, [paint('dim', this.time()), paint('bold', who), attempt, what, then]));
  }

  private call(client: string, attempt: number, what: string, then: string): void {
    this.made.set(client, attempt);
    this.note(client, what, then, String(attempt));
  }
}

const widths = [-8, 8, -1, 26];

/** How a failed call is shown. */
export function failure(error: unknown, within: number = maxWait): string {
  if (error instanceof TimeoutError) return `no answer in ${milliseconds(within)}`;
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED') return 'connection refused';
  return message === 'terminated' ? 'body cut short' : message;
}

const because = (error: unknown): string =>
  error instanceof HttpError && error.retryAfter !== undefined
    ? `server asked for ${milliseconds(error.retryAfter)}`
    : 'backoff';

function inWords(reason: Reason): string {
  if (reason === 'error') return 'not an error to retry';
  if (reason === 'deadline') return 'a next call would miss the deadline';
  if (reason === 'retries') return 'no calls left';
  return reason;
}
