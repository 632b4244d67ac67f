import { of } from 'rxjs';
import { circuit, gate, guard, retries } from 'rxjs-reprise';
import { expect, it } from 'vitest';
import { Ticket } from '../../src/engine/ticket.js';

it('ends a wait with the error of an invalid random number', () => {
  const live = circuit();
  live.open(1000);
  const errors: unknown[] = [];
  of('a')
    .pipe(guard(live, { maxWait: 2000, random: () => 2 }))
    .subscribe({ error: (error: unknown) => errors.push(error) });
  live.reset();
  expect(errors).toEqual([new RangeError('guard: the answer of random must be a number in [0, 1), got 2')]);
});

it('stores nothing for an attempt that has not asked', () => {
  const live = gate({ ...retries(1), handles: ['ask', 'failure'] });
  new Ticket(live).keep(0);
  expect(live.state).toBe(0);
});
