import {
  EMPTY,
  filter,
  map,
  of,
  pipe,
  timeout,
  type MonoTypeOperatorFunction,
  type Observable,
  type UnaryFunction,
} from 'rxjs';
import { fixed, retryWithPolicy, type Policy, type Reason, type RetryEvent } from 'rxjs-reprise';
import { exactly } from './exactly.js';

/*
 * retryWithPolicy keeps the type of its source.
 */

declare const source: Observable<{ readonly id: number }>;
declare const policy: Policy;

exactly<Observable<{ readonly id: number }>>()(source.pipe(retryWithPolicy(policy)));
exactly<Observable<string>>()(
  source.pipe(
    filter(({ id }) => id > 0),
    retryWithPolicy(policy),
    map(({ id }) => id),
    timeout(1000),
    retryWithPolicy(fixed(100), { random: () => 0.5 }),
    map((id) => id.toFixed()),
  ),
);
exactly<Observable<number | string>>()(of(1, 'a').pipe(retryWithPolicy(policy)));
exactly<Observable<never>>()(EMPTY.pipe(retryWithPolicy(policy)));
exactly<MonoTypeOperatorFunction<string>>()(retryWithPolicy<string>(policy));
const composed = pipe(
  map((n: number) => n + 1),
  retryWithPolicy(policy),
);
exactly<UnaryFunction<Observable<number>, Observable<number>>>()(composed);

/* The arguments of an observer and a predicate. */

retryWithPolicy(policy, {
  observe: (event) => {
    exactly<RetryEvent>()(event);
    exactly<number>()(event.attempt);
    exactly<number>()(event.elapsed);
    if (event.kind === 'retrying') exactly<number>()(event.wait);
    if (event.kind === 'gave-up') exactly<Reason>()(event.reason);
    if (event.kind === 'rejected') exactly<unknown>()(event.error);
    // @ts-expect-error -- not every event has an error
    const { error } = event;
    exactly<any>()(error);
  },
  isFatal: (error) => {
    exactly<any>()(error);
    return true;
  },
});

/* What is no policy and no option. */

// @ts-expect-error -- a number is a policy for action alone
retryWithPolicy(3);
// @ts-expect-error -- the policy is not called
retryWithPolicy(fixed);
// @ts-expect-error -- a policy is needed
retryWithPolicy();
// @ts-expect-error -- RxJS's own options are not ours
retryWithPolicy(policy, { count: 3 });
// @ts-expect-error -- a draw is a number
retryWithPolicy(policy, { random: () => '0.5' });
// @ts-expect-error -- chance is a function
retryWithPolicy(policy, { random: 0.5 });
// @ts-expect-error -- a rule answers now, not later
retryWithPolicy(policy, { isFatal: (error: unknown) => Promise.resolve(error === undefined) });
// an option that is undefined is not given
retryWithPolicy(policy, { observe: undefined });
// @ts-expect-error -- there is no such event
retryWithPolicy(policy, { observe: ({ kind }) => kind === 'failed' });
