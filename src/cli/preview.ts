import { formatRange, formatTime } from '../lab/charts/format.js';
import { report, type ReportParts } from '../lab/charts/report.js';
import { scheduleChart } from '../lab/charts/scheduleChart.js';
import { scheduleFacts } from '../lab/charts/scheduleFacts.js';
import { describeOpenings, openingsOf } from '../lab/openings.js';
import { maxRetries, schedule, type Retry, type Schedule } from '../lab/schedule.js';
import type { LoadedModule } from './modules.js';
import type { ParsedArguments } from './options.js';
import { describeUnits } from './settings.js';
import { paint, sparkline, table, type Terminal } from './terminal.js';
import { parseWhole } from './units.js';
import { UsageError } from './usageError.js';

/*
 * `rxjs-reprise preview`: when each retry may start.
 */

/** The width of the bars in characters. */
const barWidth = 48;

interface NamedSchedule {
  readonly title: string;
  readonly schedule: Schedule;
}

export function preview(modules: readonly LoadedModule[], { values }: ParsedArguments, terminal: Terminal): void {
  const retries = parseWhole('--retries', values.retries);
  if (retries > maxRetries)
    throw new UsageError(`--retries must be at most ${String(maxRetries)}, got ${values.retries}`);
  const schedules = modules
    .flatMap(({ name, policy, budget }) => [
      ...(policy ? [{ title: name, policy }] : []),
      ...(budget ? [{ title: `${name}: budget`, policy: budget }] : []),
    ])
    .map(({ title, policy }): NamedSchedule => ({ title, schedule: schedule(policy, { retries }) }));
  const circuits = modules.flatMap(({ name, circuit }) =>
    circuit ? [{ title: `${name}: circuit`, ...openingsOf(circuit) }] : [],
  );
  const summaries = modules.flatMap(summariesOf);
  if (values.html !== undefined) terminal.write(values.html, page(schedules, summaries));
  if (values.json) {
    terminal.out(`${JSON.stringify([...schedules, ...circuits], undefined, 2)}\n`);
    return;
  }
  for (const each of schedules) show(each, terminal);
  for (const { name, sentences } of summaries) {
    terminal.out(`${paint(terminal, 'bold', name)}\n\n${sentences.join('\n')}\n\n`);
  }
}

type Summaries = ReportParts['summaries'];

/** What a module contains apart from schedules. */
function summariesOf(module: LoadedModule): Summaries {
  const { name, circuit } = module;
  const units = describeUnits(module);
  return [
    ...(circuit ? [{ name: `${name}: circuit`, sentences: [describeOpenings(openingsOf(circuit))] }] : []),
    ...(units.length === 0 ? [] : [{ name: `${name}: units`, sentences: units }]),
  ];
}

const headings = ['retry', 'wait before it', 'starts at'];

const rowOf = ({ wait, earliest, latest }: Retry, index: number): string[] => [
  String(index + 1),
  formatRange(...wait),
  formatRange(earliest, latest),
];

function show({ title, schedule: { retries, isJittered }, schedule }: NamedSchedule, terminal: Terminal): void {
  const longest = retries.map(({ wait }) => wait[1]);
  const last = Math.max(1, ...retries.map(({ latest }) => latest));
  terminal.out(`${paint(terminal, 'bold', title)}  ${sparkline(longest, Math.max(1, ...longest))}\n\n`);
  const rows = retries.map((retry, index) => {
    const { earliest, middle, latest } = retry;
    return [...rowOf(retry, index), paint(terminal, 'cyan', bar(earliest / last, middle / last, latest / last))];
  });
  const axis = `0 s${formatTime(last).padStart(barWidth - 3)}`;
  terminal.out(`${table([[...headings, axis], ...rows])}\n\n`);
  const facts = [...scheduleFacts(schedule), ...(isJittered ? [] : ['no jitter: all clients retry at the same times'])];
  terminal.out(`${facts.join('\n')}\n\n`);
}

/** A line of text with a bar from the earliest to the latest time, and a mark in the middle. */
function bar(earliest: number, middle: number, latest: number): string {
  const at = (share: number): number => Math.min(barWidth - 1, Math.floor(share * barWidth));
  const characters = Array.from({ length: barWidth }, (_, index): string =>
    index >= at(earliest) && index <= at(latest) ? '░' : ' ',
  );
  characters[at(middle)] = '█';
  return characters.join('');
}

const page = (schedules: readonly NamedSchedule[], summaries: Summaries): string =>
  report({
    title: 'Preview',
    subtitle: 'when each retry may start',
    summaries,
    pictures: schedules.map(({ title, schedule }) => scheduleChart(schedule, title)),
    table: [headings, ...schedules.flatMap(({ title, schedule }) => [[title, '', ''], ...schedule.retries.map(rowOf)])],
  });
