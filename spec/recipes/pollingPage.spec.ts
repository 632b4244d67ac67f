import { shareReplay } from 'rxjs';
import {
  both,
  exponential,
  fixed,
  pauseWhile,
  repeatWithPolicy,
  resetAfterUptime,
  retries,
  retryWithPolicy,
} from 'rxjs-reprise';
import { expect, it } from 'vitest';
import { picture } from '../support/picture.js';
import { textOf } from '../support/sources.js';

/*
 * The drawings of docs/polling.md are run as they are on the page. Text behind them says which operators they show.
 */

const drawings = [...textOf('docs/polling.md').matchAll(/^```\n(source .*?)^```$/gms)].map(
  ([, drawing = '']) => drawing,
);

/** The drawing with this number, without the text behind its rows. */
const drawn = (index: number): string => (drawings[index] ?? '').replace(/^(\w* +\S+) .*$/gm, '$1');

const flags = { t: true, f: false };

it('the page has no drawing that is not run', () => {
  expect(drawings).toHaveLength(5);
});

picture('a poll', {
  operate: (source) => ({ poll: source.pipe(repeatWithPolicy(both(exponential(2), retries(2)))) }),
  diagram: drawn(0),
});

picture('a poll that slows down on errors', {
  operate: (source) => ({ poll: source.pipe(retryWithPolicy(exponential(2)), repeatWithPolicy(fixed(3))) }),
  diagram: drawn(1),
});

picture('a stream that is paused', {
  operate: (source, m) => {
    const paused = m.hot('f----t---f-------', flags);
    return { paused, stream: source.pipe(pauseWhile(paused)) };
  },
  diagram: drawn(2),
  values: { a: 'a', b: 'b', c: 'c', d: 'd', e: 'e', ...flags },
});

picture('a poll that is paused', {
  operate: (source, m) => {
    const paused = m.hot('f---t------f------t-f--', flags);
    return {
      paused,
      poll: source.pipe(
        pauseWhile(paused.pipe(shareReplay({ bufferSize: 1, refCount: false }))),
        repeatWithPolicy(fixed(4)),
      ),
    };
  },
  diagram: drawn(3),
  values: { a: 'a', ...flags },
});

picture('a socket that reconnects', {
  operate: (source) => ({
    socket: source.pipe(retryWithPolicy(resetAfterUptime(6, exponential(2)), { onComplete: 'retry' })),
  }),
  diagram: drawn(4),
});
