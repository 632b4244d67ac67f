import { isMissed, type Report } from './row.js';
import type { Id } from './rows.js';
import { columns, paint, say } from './terminal.js';
import { cost, ratio, target, verdict } from './words.js';

export interface Measured {
  readonly id: Id;
  readonly report: Report;
}

const widths = [4, 46, -10, 42, -10, -7, -7, 6];

/** Prints a table, row by row as they come. */
export function printer(limit: string = 'target'): (row: Measured) => void {
  say(paint('dim', columns(widths, ['', 'ours', 'cost', 'peer', 'cost', 'ratio', limit, ''])));
  return ({ id, report: { title, results } }) => {
    say(columns(widths, [paint('bold', id), paint('bold', title)]));
    for (const result of results) {
      const { ours, peer, oursCost, peerCost, unit } = result;
      const colour = result.atMost === undefined ? 'dim' : isMissed(result) ? 'red' : 'green';
      say(
        columns(widths, [
          '',
          ours,
          cost(oursCost, unit),
          peer,
          cost(peerCost, unit),
          ratio(result.ratio),
          target(result),
          paint(colour, verdict(result)),
        ]),
      );
    }
  };
}
