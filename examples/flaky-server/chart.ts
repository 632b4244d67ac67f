import { columns, paint, print, startStopwatch } from './terminal.js';
import type { Outcome, Traffic } from './traffic.js';

const signs = { answered: '.', failed: 'x', rejected: '-' } as const;
const styles = { answered: 'green', failed: 'red', rejected: 'yellow' } as const;

/** How many calls of a setup fit in a row. */
const callsPerRow = 36;

const timeWidth = -8;

/** Prints traffic as rows with one sign for each call that has ended, and events between the rows. */
export class Chart {
  private readonly elapsed = startStopwatch();
  private readonly widths: readonly number[];

  constructor(private readonly traffics: readonly Traffic[]) {
    this.widths = [timeWidth, ...traffics.flatMap(() => [callsPerRow, -8])];
    const legend = [
      `${draw('answered')} answered`,
      `${draw('failed')} failed`,
      `${draw('rejected')} rejected`,
      'requests: how many reached the server',
    ];
    print(legend.join('   '));
    print();
    print(paint('dim', columns(this.widths, ['time', ...traffics.flatMap(({ title }) => [title, 'requests'])])));
  }

  /** Prints the calls and the requests since the last row. */
  printRow(): void {
    const texts = this.traffics
      .map((traffic) => traffic.takeNews())
      .flatMap(({ outcomes, received }) => [drawAll(outcomes), String(received)]);
    print(columns(this.widths, [paint('dim', this.elapsed()), ...texts]));
  }

  printEvent(name: string, kind: string, details: string): void {
    print(
      columns([timeWidth, 14, 11], [paint('dim', this.elapsed()), paint('bold', name), paint('cyan', kind), details]),
    );
  }
}

const draw = (outcome: Outcome): string => paint(styles[outcome], signs[outcome]);

/** One sign per outcome. If they do not fit, the row ends with the number of those left out. */
function drawAll(outcomes: readonly Outcome[]): string {
  if (outcomes.length <= callsPerRow) return outcomes.map(draw).join('');
  const shown = outcomes.slice(0, callsPerRow - 5);
  return `${shown.map(draw).join('')} +${String(outcomes.length - shown.length)}`;
}
