import 'zone.js';
import { lastValueFrom, map, timer } from 'rxjs';
import { circuit, concurrencyLimit, fixed, gate, guard, rateLimit, retryWithPolicy, type Gate } from 'rxjs-reprise';
import { expect, it } from 'vitest';

/*
 * Under zone.js, as in Angular: a call that waited goes on in its own zone, whoever wakes it.
 */

const names = ['ann', 'bob', 'cleo'];

/** The zone in which each value arrives. */
async function zonesOf(operator: ReturnType<typeof guard<string>>, meanwhile: () => void): Promise<string[]> {
  const zones: string[] = [];
  const calls = names.map((name) =>
    Zone.current.fork({ name }).run(() =>
      lastValueFrom(
        timer(2).pipe(
          map(() => name),
          operator,
          map((value) => zones.push(`${value} in ${Zone.current.name}`)),
        ),
      ),
    ),
  );
  Zone.current.fork({ name: 'mallory' }).run(meanwhile);
  await Promise.all(calls);
  return zones.sort();
}

const own = ['ann in ann', 'bob in bob', 'cleo in cleo'];

it.each<[title: string, make: () => Gate]>([
  ['a slot', () => gate(concurrencyLimit({ limit: 1 }))],
  ['its turn', () => gate(rateLimit({ limit: 1, per: 10 }))],
])('a call that waits for %s goes on in its own zone', async (_, make) => {
  expect(await zonesOf(guard(make(), { maxWait: Infinity }), () => undefined)).toEqual(own);
  expect(await zonesOf(retryWithPolicy(fixed(1), { gates: [make()] }), () => undefined)).toEqual(own);
});

it('a call that waits for a circuit goes on in its own zone', async () => {
  const live = circuit();
  live.open(60_000);
  const guarded = guard<string>(live, { maxWait: 120_000, random: () => 0 });
  expect(
    await zonesOf(guarded, () => {
      live.reset();
    }),
  ).toEqual(own);
});
