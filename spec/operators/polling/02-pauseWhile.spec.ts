import { BehaviorSubject, EMPTY, from, NEVER, Observable, of, shareReplay, Subject, take, throwError } from 'rxjs';
import { both, fixed, pauseWhile, repeatWithPolicy, retries } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { picture } from '../../support/picture.js';
import { outcome } from '../../support/stage.js';

/*
 * pauseWhile unsubscribes from its source while the last value of another Observable is true.
 */

const lost = new Error('lost');
const flags = { t: true, f: false };

/** Pauses while the last letter of the marble is `t`. */
const paused =
  (marble: string) =>
  (source: Observable<unknown>, m: { hot<T>(marble: string, values: Record<string, T>): Observable<T> }) =>
    source.pipe(pauseWhile(m.hot(marble, flags)));

describe('pauseWhile', () => {
  picture('the marble of its doc', {
    operate: (source, m) => source.pipe(pauseWhile(m.hot('f----t---f------', flags))),
    diagram: `
      source         -a-b-c-d-e
      expected       -a-b------a-b-c-!
      subscriptions  ^----!
                     ---------^------!
    `,
  });

  picture('does not restart at the same value again', {
    operate: paused('     f-f--t-t-f-f----'),
    diagram: `
      source         -a-b-c-d-e-f-g-h
      expected       -a-b------a-b-c-!
      subscriptions  ^----!
                     ---------^------!
    `,
  });
});

describe('before the first value of paused$, the source', () => {
  picture('waits', {
    operate: paused('     --f--t-----'),
    diagram: `
      source         -a-b-c-d-e
      expected       ---a------!
      subscriptions  --^--!
    `,
  });

  it.each([
    ['does not run if it is true on subscription', new BehaviorSubject(true), 0, 'pending'],
    ['runs if it is false on subscription', new BehaviorSubject(false), 1, 'pending'],
    ['does not run if there is none', NEVER, 0, 'pending'],
    ['completes if there never will be one', EMPTY, 0, 'complete'],
  ])('%s', (_, paused$, runs, end) => {
    let subscribed = 0;
    const source = new Observable(() => void (subscribed += 1));
    const seen = outcome(source.pipe(pauseWhile(paused$)));
    expect([subscribed, seen.end]).toEqual([runs, end]);
  });
});

describe('the stream ends', () => {
  picture('when the source completes', {
    operate: paused('     f-t-f------'),
    diagram: `
      source         -a-b|
      expected       -a---a-b|
      subscriptions  ^-!
                     ----^---!
    `,
  });

  picture('when the source fails', {
    operate: paused('     f-t-f------'),
    diagram: `
      source         -a-b#
      expected       -a---a-b#
      subscriptions  ^-!
                     ----^---!
    `,
  });

  picture('when paused$ fails, whether it is paused or not', {
    operate: (source, m) => ({
      running: source.pipe(pauseWhile(m.hot('   f---#', flags))),
      paused: source.pipe(pauseWhile(m.hot('    f-t-#', flags))),
    }),
    diagram: `
      source         -a-b-c-d
      running        -a-b#
      paused         -a--#
      subscriptions  ^---!
                     ^-!
    `,
  });

  picture('when paused$ completes while it is paused', {
    operate: paused('     f-t-|'),
    diagram: `
      source         -a-b-c-d
      expected       -a--|
      subscriptions  ^-!
    `,
  });

  picture('later, when paused$ completes while it is not paused', {
    operate: paused('     f-t-f|'),
    diagram: `
      source         -a-b|
      expected       -a---a-b|
      subscriptions  ^-!
                     ----^---!
    `,
  });

  it('at a value of paused$ that is not a boolean', () => {
    const paused$ = new Subject<boolean>();
    const seen = outcome(NEVER.pipe(pauseWhile(paused$)));
    paused$.next('visible' as never);
    expect(seen.end).toEqual(new TypeError('pauseWhile: a value of paused$ must be a boolean, got "visible"'));
    expect(paused$.observed).toBe(false);
  });

  it('with the same error', () => {
    expect(outcome(throwError(() => lost).pipe(pauseWhile(of(false)))).end).toBe(lost);
    expect(outcome(NEVER.pipe(pauseWhile(throwError(() => lost)))).end).toBe(lost);
  });

  it('completes if the teardown of the source throws', () => {
    const source = new Observable((subscriber) => {
      subscriber.add(() => {
        throw lost;
      });
      subscriber.complete();
    });
    expect(outcome(source.pipe(pauseWhile(of(false)))).end).toBe('complete');
  });
});

describe('paused$ is unsubscribed', () => {
  it.each([
    ['when the source completes', EMPTY],
    ['when the source fails', throwError(() => lost)],
  ])('%s', (_, source) => {
    const paused$ = new BehaviorSubject(false);
    outcome(source.pipe(pauseWhile(paused$)));
    expect(paused$.observed).toBe(false);
  });

  it.each([true, false])('when the consumer leaves while paused is %s', (isPaused) => {
    const paused$ = new BehaviorSubject(isPaused);
    let left = 0;
    const subscription = new Observable(() => () => void (left += 1)).pipe(pauseWhile(paused$)).subscribe();
    expect(paused$.observed).toBe(true);
    subscription.unsubscribe();
    expect([paused$.observed, left]).toEqual([false, isPaused ? 0 : 1]);
  });
});

describe('in a poll, a pause', () => {
  const poll = repeatWithPolicy<unknown>(both(fixed(3), retries(1)));

  picture('that is below keeps the number of runs and the pace', {
    operate: (source, m) =>
      source.pipe(pauseWhile(m.hot('f--t--f---', flags).pipe(shareReplay({ bufferSize: 1, refCount: false }))), poll),
    diagram: `
      source         -a|
      expected       -a-----a|
      subscriptions  ^-!
                     ------^-!
    `,
  });

  picture('that is above starts a new poll when it ends', {
    operate: (source, m) => source.pipe(poll, pauseWhile(m.hot('f--t--f---', flags))),
    diagram: `
      source         -a|
      expected       -a-----a----a|
      subscriptions  ^-!
                     ------^-!
                     -----------^-!
    `,
  });
});

describe('within one turn', () => {
  const firehose = new Observable<number>((subscriber) => {
    for (let n = 1; !subscriber.closed; n += 1) subscriber.next(n);
  });

  it('a limit on the values unsubscribes from an endless source', () => {
    expect(outcome(firehose.pipe(pauseWhile(of(false)), take(3)))).toEqual({ values: [1, 2, 3], end: 'complete' });
  });

  it('the consumer can pause at a value', () => {
    const paused$ = new BehaviorSubject(false);
    const values: number[] = [];
    const subscription = firehose.pipe(pauseWhile(paused$)).subscribe((n) => {
      values.push(n);
      if (n === 2) paused$.next(true);
    });
    expect(values).toEqual([1, 2]);
    paused$.next(false);
    expect(values).toEqual([1, 2, 1, 2]);
    subscription.unsubscribe();
  });

  it('the source is released before it is subscribed again', () => {
    const log: string[] = [];
    const source = new Observable(() => {
      log.push('start');
      return () => void log.push('end');
    });
    const subscription = source.pipe(pauseWhile(from([false, true, false]))).subscribe();
    subscription.unsubscribe();
    expect(log).toEqual(['start', 'end', 'start', 'end']);
  });

  it('each subscription has its own pauses', () => {
    const paused$ = new BehaviorSubject(true);
    const stream = of('a').pipe(pauseWhile(paused$));
    const first = outcome(stream);
    paused$.next(false);
    const second = outcome(stream);
    expect([first, second]).toEqual([
      { values: ['a'], end: 'complete' },
      { values: ['a'], end: 'complete' },
    ]);
  });
});

it.each([
  [undefined, 'undefined'],
  [true, 'true'],
  [(): boolean => true, 'the function (anonymous)'],
  [Promise.resolve(true), 'an object'],
])('pauseWhile(%o) is a TypeError', (paused$, got) => {
  const make = (): unknown => pauseWhile(paused$ as never);
  expect(make).toThrow(new TypeError(`pauseWhile: paused$ must be an Observable of booleans, got ${got}`));
});
