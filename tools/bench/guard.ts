import { readFileSync, writeFileSync } from 'node:fs';
import { pathOf } from './machine.js';
import { median, type Result } from './row.js';
import type { Measured } from './table.js';
import { progress, say } from './terminal.js';
import { ratio } from './words.js';

/*
 * What the quick rows cost when all is well: guard.json has, for each line, the middle and the highest ratio of 20 quick
 * runs on a shared machine with two cores. A line is too dear at a tenth above the highest, twice in a row.
 *
 * After a change that is meant: `npm run bench -- --learn`, about ten minutes, and look at the difference.
 */

const runs = 20;
const above = 1.1;

interface Known {
  readonly middle: number;
  readonly highest: number;
}

export const keyOf = (id: string, { ours, peer }: Result): string => `${id}: ${ours} / ${peer}`;

export function limitOf(key: string): number {
  const { [key]: line } = known();
  if (line === undefined) throw new Error(`guard.json knows nothing of ${key}: npm run bench -- --learn`);
  return line.highest * above;
}

let read: Readonly<Partial<Record<string, Known>>> | undefined;

function known(): NonNullable<typeof read> {
  return (read ??= JSON.parse(readFileSync(pathOf('guard.json'), 'utf8')) as NonNullable<typeof read>);
}

/** Runs 20 times and writes down what came of it. */
export async function learn(measure: () => Promise<readonly Measured[]>): Promise<number> {
  const seen = new Map<string, number[]>();
  for (let run = 1; run <= runs; run += 1) {
    for (const { id, report } of await measure()) {
      for (const result of report.results) {
        const key = keyOf(id, result);
        seen.set(key, [...(seen.get(key) ?? []), result.ratio]);
      }
    }
    say(`run ${String(run)} of ${String(runs)}`);
  }
  progress('');
  const lines = [...seen].map(([key, ratios]): [string, Known] => {
    const [middle, highest] = [median(ratios), Math.max(...ratios)];
    say(`${key}: ${ratio(Math.min(...ratios))} to ${ratio(highest)}, the middle ${ratio(middle)}`);
    return [key, { middle: Number(middle.toPrecision(4)), highest: Number(highest.toPrecision(4)) }];
  });
  writeFileSync(pathOf('guard.json'), `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`);
  say('written to bench/guard.json');
  return 0;
}
