import type { Lane, Outcome } from './lane.js';
import { columns, paint, say, stopwatch } from './terminal.js';

const signs = { answered: '.', failed: 'x', rejected: '-' } as const;
const styles = { answered: 'green', failed: 'red', rejected: 'yellow' } as const;

/** How many calls of one lane a row can show. */
const room = 36;

const time = -8;

/** Prints the traffic in rows, with one sign for each call that has ended, and the events between them. */
export class Chart {
  private readonly time = stopwatch();
  private readonly widths: readonly number[];

  constructor(private readonly lanes: readonly Lane[]) {
    this.widths = [time, ...lanes.flatMap(() => [room, -4])];
    const legend = [
      `${drawn('answered')} answered`,
      `${drawn('failed')} failed`,
      `${drawn('rejected')} rejected at once`,
      'seen: requests that reached the server',
    ];
    say(legend.join('   '));
    say();
    say(paint('dim', columns(this.widths, ['time', ...lanes.flatMap(({ title }) => [title, 'seen'])])));
  }

  /** Prints the calls that have ended since the last row, and how many requests the server has received. */
  row(): void {
    const gates = this.lanes.map((lane) => lane.news()).flatMap(({ ended, seen }) => [bar(ended), String(seen)]);
    say(columns(this.widths, [paint('dim', this.time()), ...gates]));
  }

  note(who: string, what: string, details: string): void {
    say(columns([time, 14, 11], [paint('dim', this.time()), paint('bold', who), paint('cyan', what), details]));
  }
}

const drawn = (outcome: Outcome): string => paint(styles[outcome], signs[outcome]);

/** A sign for each call. Where there is no room for all, the number of those left out follows. */
function bar(outcomes: readonly Outcome[]): string {
  if (outcomes.length <= room) return outcomes.map(drawn).join('');
  const shown = outcomes.slice(0, room - 5);
  return `${shown.map(drawn).join('')} +${String(outcomes.length - shown.length)}`;
}
