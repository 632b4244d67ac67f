import { of, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import {
  CompletedError,
  fixed,
  onlyIf,
  pauseWhile,
  repeatWithPolicy,
  type Policy,
  type Reason,
  type RepeatEvent,
  type RepeatOptions,
} from 'rxjs-reprise';
import { exactly } from './exactly.js';

/*
 * repeatWithPolicy and pauseWhile keep the type of their source.
 */

declare const source: Observable<{ readonly id: number }>;
declare const policy: Policy;
declare const paused$: Observable<boolean>;

exactly<Observable<{ readonly id: number }>>()(source.pipe(repeatWithPolicy(policy), pauseWhile(paused$)));
exactly<MonoTypeOperatorFunction<string>>()(repeatWithPolicy<string>(policy));
exactly<MonoTypeOperatorFunction<string>>()(pauseWhile<string>(paused$));

// The last value of a run may be missing.
exactly<number | undefined>()(new CompletedError(5).value);
exactly<unknown>()(new CompletedError<unknown>().value);
onlyIf(({ value }: CompletedError<{ done: boolean }>) => value?.done === false, fixed(5));

// Only booleans pause.
// @ts-expect-error a string is no boolean
pauseWhile(of('visible'));
// @ts-expect-error a number is no policy
repeatWithPolicy(5000);
// @ts-expect-error gates belong below
repeatWithPolicy(policy, { gates: [] });

exactly<((event: RepeatEvent) => void) | undefined>()({} as RepeatOptions['observe']);
declare const event: RepeatEvent;
if (event.kind === 'repeating') exactly<number>()(event.wait);
else if (event.kind === 'completed') exactly<Reason>()(event.reason);
else if (event.kind === 'failed') exactly<unknown>()(event.error);
else exactly<'run'>()(event.kind);
