import { expect, it } from 'vitest';
import { vegas } from 'rxjs-reprise';
import { play, varied, type Load, type Period } from '../support/busyService.js';
import { textOf } from '../support/sources.js';

/*
 * The table of docs/limits.md: a service whose capacity halves and recovers, with a fixed limit and with one that follows.
 */

const capacity = (now: number): number => (now >= 20_000 && now < 40_000 ? 20 : 40);

const load: Omit<Load, 'limit'> = {
  workers: capacity,
  work: varied(100),
  clients: () => 150,
  until: 60_000,
  period: 5000,
};

const row = (cells: readonly (number | string)[]): string => `| ${cells.join(' | ')} |`;

it('shows what a fixed limit and vegas do while the capacity halves and recovers', () => {
  const [fixed, following] = [play({ ...load, limit: 60 }), play({ ...load, limit: vegas() })];
  const cells = ({ limit, took, answered }: Period): readonly number[] => [limit, Math.round(took), answered / 5];
  const rows = fixed.map((each, index) => {
    const other = following[index];
    return row([
      `${String(index * 5)} to ${String(index * 5 + 5)} s`,
      capacity(index * 5000),
      ...cells(each),
      ...(other === undefined ? [] : cells(other)),
    ]);
  });
  const table = textOf('docs/limits.md')
    .split('\n')
    .filter((line) => /^\| \d+ to \d+ s/.test(line))
    .map((line) => line.replace(/ +/g, ' '));
  expect(table).toEqual(rows);
});
