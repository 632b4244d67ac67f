import { of, type Observable } from 'rxjs';
import { both, exponential, retries, retryWithPolicy } from 'rxjs-reprise';
import { bindMarbles, envelope, expectRetries, faults, flaky, marbles, timeline } from 'rxjs-reprise/testing';
import type { FlakySource, RetryWindow } from 'rxjs-reprise/testing';

/* Uses the types of the testing entry, for all supported compilers. */

const policy = both(exponential(4), retries(4));
expectRetries(policy).toWait([4, 8, 16, 32]).toGiveUp('retries');

const source: FlakySource<string> = flaky.marble('--#', '-a|');
export const text: string = timeline(source.pipe(retryWithPolicy(policy)), { until: 100 });
export const windows: readonly RetryWindow[] = envelope(policy, 3);
export const mixed: Observable<number> = flaky<number>([new Error('down'), of(1), 2]).pipe(faults());

export const test: () => void = marbles(({ expectObservable }) => {
  expectObservable(flaky({ failures: 1, then: 'a' })).toBe('#', undefined, new Error('flaky: attempt 1 failed'));
});

type Configure = (options: { readonly run?: boolean }) => {
  readonly marbles: (body: (m: { n: number }) => void) => () => void;
};
export const bound = (configure: Configure): (() => void) => bindMarbles(configure).marbles(({ n }) => n);
