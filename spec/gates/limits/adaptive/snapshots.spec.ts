import { describe, expect, it } from 'vitest';
import { aimd, concurrencyLimit, vegas } from 'rxjs-reprise';
import { snapshotWith } from '../../../support/log.js';

/*
 * The states of limits that follow a service, as JSON that comes from elsewhere.
 */

const slots = { running: { size: 1, chunks: [[1]] }, waiting: { size: 0, chunks: [] } };

const round = { since: 5, attempts: 3, took: 300, peak: 4 };
const probe = { limit: 5, before: 100 };
const followed = { limit: 10, highest: 12, rounds: 3, unloaded: 50, probe, round };
const aimed = { limit: 10, good: 9, since: 5 };

type Odd = readonly [field: string, value: unknown, part?: string];

describe.each([
  [
    'vegas',
    concurrencyLimit({ limit: vegas({ min: 2, max: 20 }) }),
    followed,
    [
      ['limit', 1],
      ['limit', 21],
      ['limit', 2.5],
      ['highest', 9],
      ['rounds', 31],
      ['rounds', -1],
      ['unloaded', -1],
      ['unloaded', '50'],
      ['unloaded', null, 'probe {"limit":5,"before":100}'],
      ['probe', { limit: 11, before: 100 }],
      ['probe', { limit: 5 }, 'probe.before undefined'],
      ['probe', undefined],
      ['round', { ...round, attempts: 10 }],
      ['round', { ...round, took: -1 }, 'round.took -1'],
      ['round', { ...round, peak: 0.5 }, 'round.peak 0.5'],
      ['round', { ...round, since: null }, 'round.since null'],
    ] satisfies Odd[],
  ],
  [
    'aimd',
    concurrencyLimit({ limit: aimd({ min: 2, max: 20 }) }),
    aimed,
    [
      ['limit', 1],
      ['limit', 21],
      ['good', 10],
      ['good', -1],
      ['since', '5'],
    ] satisfies Odd[],
  ],
] as const)('a damaged snapshot of %s', (_, policy, good, odd) => {
  const parse = (state: unknown): unknown => policy.parse('spec', snapshotWith(state, policy.format));

  it('is accepted if it is not damaged', () => {
    expect(parse({ slots, adapted: good })).toStrictEqual({ slots, adapted: good });
    const rest = { ...good, ...('good' in good ? { since: null } : { unloaded: null, probe: null, round: null }) };
    expect(parse({ slots, adapted: rest })).toStrictEqual({ slots, adapted: rest });
  });

  it.each(
    (odd as readonly Odd[]).map(([key, value, part = `${key} ${JSON.stringify(value)}`]) => ({ key, value, part })),
  )('is rejected: $part', ({ key, value, part }) => {
    expect(() => parse({ slots, adapted: { ...good, [key]: value } })).toThrow(
      new TypeError(`spec: the snapshot must fit this policy, got adapted.${part}`),
    );
  });

  it('is rejected if it is of a fixed limit', () => {
    expect(() => parse(slots)).toThrow(new TypeError('spec: the snapshot must fit this policy, got slots undefined'));
  });

  it('may have more running than max, because the limit may have been higher', () => {
    const running = { size: 21, chunks: [Array.from({ length: 21 }, (__, index) => index)] };
    const state = { slots: { ...slots, running }, adapted: good };
    expect(parse(state)).toStrictEqual(state);
  });

  it('is rejected if an attempt runs and waits', () => {
    const twice = { running: slots.running, waiting: slots.running };
    expect(() => parse({ slots: twice, adapted: good })).toThrow('got slots.waiting {"size":1,"chunks":[[1]]}');
  });
});
