import { scheduleChart } from '../lab/charts/scheduleChart.js';
import { report } from '../lab/charts/report.js';
import { mostRetries, schedule, type Retry, type Schedule } from '../lab/schedule.js';
import { time } from '../lab/charts/format.js';
import type { Policy } from '../policy/policy.js';
import { preview as foreseen } from '../policy/preview.js';
import { UsageError } from './usageError.js';
import type { Typed } from './options.js';
import { whole } from './units.js';
import type { LoadedModule } from './modules.js';
import { paint, sparkline, table, type Terminal } from './terminal.js';

/*
 * `rxjs-reprise preview`: when each retry may start.
 */

const room = 48;

export function preview(subjects: readonly LoadedModule[], { values }: Typed, terminal: Terminal): void {
  const retries = whole('--retries', values.retries);
  if (retries > mostRetries)
    throw new UsageError(`--retries must be at most ${String(mostRetries)}, got ${values.retries}`);
  const parts = subjects.flatMap(({ name, policy, budget }) => [
    ...(policy ? [{ title: name, policy }] : []),
    ...(budget ? [{ title: `${name}: budget`, policy: budget }] : []),
  ]);
  const circuits = subjects.flatMap(({ name, circuit }) =>
    circuit ? [{ title: `${name}: circuit`, ...openings(circuit) }] : [],
  );
  const seen = parts.map(({ title, policy }) => ({ title, schedule: schedule(policy, { retries }) }));
  if (values.html !== undefined) {
    const pictures = seen.map(({ title, schedule: it }) => scheduleChart(it, title));
    const rows = seen.flatMap(({ title, schedule: it }) => [[title, '', ''], ...it.retries.map(rowOf)]);
    terminal.write(
      values.html,
      report({
        title: 'Preview',
        subtitle: 'when each retry may start',
        readings: [],
        pictures,
        table: [head, ...rows],
      }),
    );
  }
  if (values.json) {
    terminal.out(`${JSON.stringify([...seen, ...circuits], undefined, 2)}\n`);
    return;
  }
  for (const { title, schedule: it } of seen) show(title, it, terminal);
  for (const { title, failures, open } of circuits) {
    const told =
      failures === undefined
        ? `does not open at ${String(far)} failures in a row`
        : `opens at ${String(failures)} failures in a row, and is open for ${open.map(time).join(', ')} ..`;
    terminal.out(`${paint(terminal, 'bold', title)}\n\n${told}\n\n`);
  }
}

/** How many failures in a row are tried on a circuit. */
const far = 1000;

/** After how many failures in a row a circuit opens, and for how long it is open, the first times. */
function openings(circuit: Policy): { readonly failures: number | undefined; readonly open: readonly number[] } {
  const { delays } = foreseen(circuit, { failures: far });
  const first = delays.findIndex((delay) => delay > 0);
  if (first < 0) return { failures: undefined, open: [] };
  return { failures: first + 1, open: delays.filter((delay) => delay > 0).slice(0, 5) };
}

const head = ['retry', 'wait before it', 'starts at'];

const rowOf = ({ wait, earliest, latest }: Retry, index: number): string[] => [
  String(index + 1),
  range(...wait),
  range(earliest, latest),
];

function show(title: string, it: Schedule, terminal: Terminal): void {
  const { retries, reason, cap, deadline, isJittered: isSpread } = it;
  const longest = retries.map(({ wait }) => wait[1]);
  const last = Math.max(1, ...retries.map(({ latest }) => latest));
  terminal.out(`${paint(terminal, 'bold', title)}  ${sparkline(longest, Math.max(1, ...longest))}\n\n`);
  const rows = retries.map((retry, index) => {
    const { earliest, middle, latest } = retry;
    return [...rowOf(retry, index), paint(terminal, 'cyan', bar(earliest / last, middle / last, latest / last))];
  });
  const scale = `0 s${time(last).padStart(room - 3)}`;
  terminal.out(`${table([[...head, scale], ...rows])}\n\n`);
  const facts = [
    reason === undefined ? 'goes on after that' : `then it gives up: ${reason}`,
    ...(isSpread ? [] : ['without jitter: all clients retry at the same instants']),
    ...(cap === undefined ? [] : [`capped at ${time(cap.wait)} from retry ${String(cap.from)} on`]),
    ...(deadline === undefined ? [] : [`deadline after ${time(deadline)}`]),
  ];
  terminal.out(`${facts.join('\n')}\n\n`);
}

const range = (from: number, to: number): string => (from === to ? time(from) : `${time(from)} to ${time(to)}`);

/** From the earliest to the latest on a line of text, with the middle. */
function bar(earliest: number, middle: number, latest: number): string {
  const at = (share: number): number => Math.min(room - 1, Math.floor(share * room));
  const cells = Array.from({ length: room }, (_, index): string =>
    index >= at(earliest) && index <= at(latest) ? '░' : ' ',
  );
  cells[at(middle)] = '█';
  return cells.join('');
}
