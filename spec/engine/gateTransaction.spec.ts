import { circuit, concurrencyLimit, gate, gatePolicy, type Gate } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { GateTransaction } from '../../src/engine/gateTransaction.js';

/*
 * One attempt at several gates: which values it reports, and by which number each gate knows it.
 */

const admitted = { wait: 0 };

/** A gate that counts the values of the tickets that it receives. */
const counter = (): Gate =>
  gate(
    gatePolicy<number, number>({
      name: 'spec/counter',
      initial: 0,
      on: { value: (count) => count + 1 },
      view: (count) => count,
      read: (_, reject) => reject(),
    }),
  );

/** Rejects the first ask, and answers each ask with the number of the attempt in its state. */
const numbering = (handlesAbandon: boolean): Gate =>
  gate(
    gatePolicy<readonly number[], readonly number[]>({
      name: 'spec/numbering',
      initial: [],
      on: {
        ask: (seen, { ticket }) => ({ state: [...seen, ticket], wait: seen.length === 0 ? 10 : 0 }),
        ...(handlesAbandon ? { abandon: (seen: readonly number[]) => seen } : {}),
      },
      view: (seen) => seen,
      read: (_, reject) => reject(),
    }),
  );

const begin = (gates: readonly Gate[]): GateTransaction => {
  const transaction = new GateTransaction(gates);
  expect(transaction.expectsValue).toBe(false);
  const { wait } = transaction.ask(1, undefined, admitted);
  transaction.keep(wait);
  return transaction;
};

const halfOpen = () => {
  const live = circuit({ threshold: 1 });
  live.open();
  live.halfOpen();
  return live;
};

const open = () => {
  const live = circuit();
  live.open();
  return live;
};

/** For each value: whether it was expected. */
const expected = (gates: readonly Gate[], values: number): boolean[] => {
  const transaction = begin(gates);
  return Array.from({ length: values }, () => {
    const { expectsValue } = transaction;
    transaction.value('a');
    return expectsValue;
  });
};

describe('a transaction expects', () => {
  it.each<[string, () => Gate[], boolean[]]>([
    ['no value of a call through a closed circuit', () => [circuit()], [false, false, false]],
    ['the first value of a probe', () => [halfOpen()], [true, false, false]],
    ['no value of a call that is not admitted', () => [open(), halfOpen()], [false, false, false]],
    ['no value for a limit', () => [gate(concurrencyLimit({ limit: 1 }))], [false, false, false]],
    ['every value for a gate that handles all', () => [circuit(), counter()], [true, true, true]],
    ['every value if a gate handles all and another one the first', () => [halfOpen(), counter()], [true, true, true]],
  ])('%s', (_, gates, values) => {
    expect(expected(gates(), 3)).toEqual(values);
  });

  it('no value once it is settled', () => {
    const each = counter();
    const transaction = begin([each]);
    transaction.value('a');
    transaction.settle('success');
    transaction.value('b');
    expect(each.state).toBe(1);
  });
});

describe('a gate', () => {
  it.each([
    ['with a queue knows an attempt by the number of its first ask', true, [1, 1]],
    ['without a queue knows an attempt by the number of its last ask', false, [1, 2]],
  ])('%s', (_, handlesAbandon, numbers) => {
    const each = numbering(handlesAbandon);
    const transaction = begin([each]);
    transaction.ask(1, undefined, admitted);
    transaction.keep(0);
    expect(each.state).toEqual(numbers);
  });
});

it('wakes waiting calls when all gates are settled, if the source lets go while one of them classifies the error', () => {
  const log: string[] = [];
  const classify = () => {
    first.rouse();
    log.push('classified');
    return 'failure' as const;
  };
  const slots = gate(concurrencyLimit({ limit: 1 }));
  const first = begin([circuit({ classify }), slots]);
  begin([slots]).park({ wake: () => log.push('woken') });
  first.settle('failure', new Error('down'));
  expect(log).toEqual(['classified', 'woken']);
});

it('wakes the calls that wait for a gate whose predicate ends the call that it is settling', () => {
  const log: string[] = [];
  const classify = () => {
    first.settle('cancel');
    first.rouse();
    log.push('classified');
    return 'success' as const;
  };
  const live = circuit({ threshold: 1, classify });
  live.open();
  live.halfOpen();
  const first = begin([live]);
  begin([live]).park({ wake: () => log.push('woken') });
  first.settle('failure', new Error('down'));
  expect(log).toEqual(['classified', 'woken']);
});
