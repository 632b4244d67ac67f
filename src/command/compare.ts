import { amplified, outages, type Amplified } from '../lab/amplification.js';
import { amplificationPicture, type Growth } from '../lab/picture/amplificationPicture.js';
import { report } from '../lab/report.js';
import { digits, percent, time } from '../lab/words.js';
import { compareOptions, type Typed } from './options.js';
import { Player } from './play.js';
import type { Subject } from './subject.js';
import { table, type Terminal } from './terminal.js';

/*
 * `rxjs-reprise compare`: how much more a service sees, the longer it is down.
 */

/** Answers whether it was played to the end. */
export async function compare(subjects: readonly Subject[], typed: Typed, terminal: Terminal): Promise<boolean> {
  const { options, lengths } = compareOptions(typed);
  const player = new Player(terminal, subjects.length * lengths.length);
  const growths: Growth[] = [];
  try {
    for (const { name, policy, circuit, budget } of subjects) {
      const points: Amplified[] = [];
      const given = { ...options, ...(policy && { policy }), ...(circuit && { circuit }), ...(budget && { budget }) };
      for (const { outage, played } of outages('compare', given, lengths)) {
        const storm = await player.play(played);
        if (!player.isStopped) points.push(amplified(outage, storm));
      }
      growths.push({ name, points });
    }
  } finally {
    player.close();
  }
  if (typed.values.html !== undefined) {
    const pictures = [amplificationPicture(growths, 'What a service sees while it is down')];
    const parts = { title: 'A comparison', subtitle: `${digits(options.clients)} clients`, readings: [], pictures };
    terminal.write(typed.values.html, report({ ...parts, table: rows(growths, lengths) }));
  }
  terminal.out(typed.values.json ? `${JSON.stringify(growths, undefined, 2)}\n` : `${table(rows(growths, lengths))}\n`);
  return !player.isStopped;
}

function rows(growths: readonly Growth[], lengths: readonly number[]): string[][] {
  const cells = (points: readonly Amplified[], tell: (point: Amplified) => string): string[] =>
    lengths.map((_, index) => (points[index] === undefined ? '-' : tell(points[index])));
  return [
    ['down for', ...lengths.map(time)],
    ...growths.flatMap(({ name, points }) => [
      [`${name}: attempts per call`, ...cells(points, ({ amplification }) => digits(amplification, 2))],
      [`${name}: calls lost`, ...cells(points, ({ lost }) => percent(lost))],
    ]),
  ];
}
