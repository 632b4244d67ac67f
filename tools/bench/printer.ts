import { formatCost, formatRatio, formatTarget, formatVerdict } from './format.js';
import { isMissed, type RowResults } from './row.js';
import type { Id } from './rows.js';
import { columns, paint, print } from './terminal.js';

export interface MeasuredRow extends RowResults {
  readonly id: Id;
}

const widths = [4, 46, -10, 46, -10, -7, -7, 6];

/** Prints the head of the table and returns the function that prints a row. */
export function createPrinter(limit: 'target' | 'limit' = 'target'): (row: MeasuredRow) => void {
  print(paint('dim', columns(widths, ['', 'ours', 'cost', 'peer', 'cost', 'ratio', limit, ''])));
  return ({ id, title, results }) => {
    print(columns(widths, [paint('bold', id), paint('bold', title)]));
    for (const result of results) {
      const { ours, peer, oursCost, peerCost, unit } = result;
      const colour = result.atMost === undefined ? 'dim' : isMissed(result) ? 'red' : 'green';
      print(
        columns(widths, [
          '',
          ours,
          formatCost(oursCost, unit),
          peer,
          formatCost(peerCost, unit),
          formatRatio(result.ratio),
          formatTarget(result),
          paint(colour, formatVerdict(result)),
        ]),
      );
    }
  };
}
