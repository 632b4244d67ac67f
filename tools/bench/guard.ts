import { readFileSync, writeFileSync } from 'node:fs';
import { formatRatio } from './format.js';
import { pathOf } from './machine.js';
import type { MeasuredRow } from './printer.js';
import { median, type Result } from './row.js';
import { quick, type Id } from './rows.js';
import { print, showProgress } from './terminal.js';

/*
 * The regression guard of the quick rows. guard.json has, for each line, the median and the highest ratio of 20 quick runs.
 * A line fails if it is above its limit twice in a row. The limit of a time is a quarter above the highest ratio, because
 * the same two programs compare differently on another processor. Sizes are watched by spec/sizes.spec.ts.
 *
 * After an intended change run `npm run bench -- --learn` (about ten minutes), or `npm run bench -- --learn P8` for some
 * rows, and review the difference.
 */

const runs = 20;
const tolerance = 1.25;

interface Known {
  readonly median: number;
  readonly highest: number;
}

export const keyOf = (id: string, { ours, peer }: Result): string => `${id}: ${ours} / ${peer}`;

export function limitOf(key: string): number {
  const { [key]: line } = (known ??= read());
  if (line === undefined) throw new Error(`guard.json has no line "${key}": run npm run bench -- --learn`);
  return line.highest * tolerance;
}

type Lines = Readonly<Partial<Record<string, Known>>>;

let known: Lines | undefined;

const read = (): Lines => JSON.parse(readFileSync(pathOf('guard.json'), 'utf8')) as Lines;

/** Measures some rows 20 times and writes their lines in guard.json. The lines of the other quick rows stay. */
export async function learn(
  chosen: readonly Id[],
  measureRows: () => Promise<readonly MeasuredRow[]>,
): Promise<number> {
  const seen = new Map<string, number[]>();
  for (let run = 1; run <= runs; run += 1) {
    for (const { id, results } of await measureRows()) {
      for (const result of results) {
        const key = keyOf(id, result);
        seen.set(key, [...(seen.get(key) ?? []), result.ratio]);
      }
    }
    print(`run ${String(run)} of ${String(runs)}`);
  }
  showProgress('');
  const lines = [...seen].map(([key, ratios]): [string, Known] => {
    const [middle, highest] = [median(ratios), Math.max(...ratios)];
    print(`${key}: ${formatRatio(Math.min(...ratios))} to ${formatRatio(highest)}, median ${formatRatio(middle)}`);
    return [key, { median: Number(middle.toPrecision(4)), highest: Number(highest.toPrecision(4)) }];
  });
  const isOf = (id: Id, key: string): boolean => key.startsWith(`${id}:`);
  const kept = Object.entries(read()).filter(([key]) => !chosen.some((id) => isOf(id, key)));
  const all = quick.flatMap((id) => [...kept, ...lines].filter(([key]) => isOf(id, key)));
  writeFileSync(pathOf('guard.json'), `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
  print('wrote tools/bench/guard.json');
  return 0;
}
