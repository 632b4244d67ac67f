import {
  describe,
  exponentialBackoff,
  fixed,
  fromJSON,
  gate,
  onFailure,
  retryBudget,
  toJSON,
  type Outcome,
  type Policy,
  type PolicyData,
  type PolicyJSON,
  type Slots,
} from 'rxjs-reprise';
import * as core from 'rxjs-reprise/core';
import { exactly } from './exactly.js';

/*
 * Policies as a line and as JSON.
 */

const policy = exponentialBackoff();

exactly<string>()(describe(policy));
exactly<string>()(describe(gate(retryBudget()), { policies: { own: fixed(1) } }));
exactly<PolicyJSON>()(toJSON(policy));
exactly<PolicyData>()(toJSON(gate(retryBudget())).policy);
exactly<unknown>()(toJSON(policy).policy.base);
exactly<Policy>()(fromJSON(JSON.parse('{}')));
exactly<Policy>()(core.fromJSON(core.toJSON(core.immediate), {}));

class Busy extends Error {}

// Each group takes what its option takes, and a function may narrow the error.
const slots: Slots = {
  retryOn: { busy: Busy, several: [Busy, TypeError], isBusy: (error: Busy) => error.message === 'busy' },
  retryAfter: { header: (error: Busy) => (error.message === '' ? undefined : 1) },
  from: { body: () => 1 },
  predicate: { isGood: (value: string) => value !== '' },
  classify: { status: (): Outcome => 'ignore' },
  cost: { calls: () => 2 },
  policies: { own: onFailure({ calls: 0 }, (state) => ({ state, wait: 1 })) },
  trips: undefined,
};
exactly<string>()(describe(policy, slots));
toJSON(policy, slots);
fromJSON({}, slots);

// @ts-expect-error -- a predicate is no Outcome
describe(policy, { classify: { isBusy: () => true } });
// @ts-expect-error -- a delay is a number
toJSON(policy, { retryAfter: { header: () => '1' } });
// @ts-expect-error -- no such group
fromJSON({}, { resetAfter: {} });
// @ts-expect-error -- options are not a policy
describe({ base: 100 });
// @ts-expect-error -- what a policy is made of is read only
toJSON(policy).policy.word = 'fixed';
