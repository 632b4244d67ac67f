import { never } from '../policy/delays.js';
import { loadChart } from '../lab/charts/loadChart.js';
import { summarize } from '../lab/results/summary.js';
import { report } from '../lab/charts/report.js';
import { schedule } from '../lab/schedule.js';
import type { SimulationResult } from '../lab/simulate.js';
import { digits, percent, time } from '../lab/charts/format.js';
import { stormOptions, type StormOptions, type Typed } from './options.js';
import { Player } from './player.js';
import type { LoadedModule } from './modules.js';
import { paint, sparkline, squeezed, table, type Terminal } from './terminal.js';

/*
 * `rxjs-reprise storm`: what many clients do to a service that goes down.
 */

const room = 72;

interface Played {
  readonly name: string;
  readonly storm: SimulationResult;
  readonly sentences: readonly string[];
}

/** Answers whether it was played to the end. */
export async function storm(subjects: readonly LoadedModule[], typed: Typed, terminal: Terminal): Promise<boolean> {
  const options = stormOptions(typed);
  const runs = subjects.reduce((sum, it) => sum + 1 + (it.circuit ? 1 : 0) + (it.budget ? 1 : 0), 0);
  const player = new Player(terminal, runs);
  const all: Played[] = [];
  try {
    for (const subject of subjects)
      if (all.length === 0 || !player.isStopped) all.push(await played(subject, options, player));
  } finally {
    player.close();
  }
  if (typed.values.html !== undefined) terminal.write(typed.values.html, page(all, options));
  if (typed.values.json)
    terminal.out(
      `${JSON.stringify(
        all.map((it) => ({ ...it, isStopped: player.isStopped })),
        spoken,
        2,
      )}\n`,
    );
  else {
    show(all, options, terminal);
    if (player.isStopped) terminal.out('stopped: what was not played to its end is compared with nothing\n');
  }
  return !player.isStopped;
}

/** JSON leaves out what is undefined. */
const spoken = (_: string, value: unknown): unknown => value ?? null;

/** With what it is protected by, and without: so that one sees what that saves. */
async function played(
  { name, policy = never, circuit, budget }: LoadedModule,
  options: StormOptions,
  player: Player,
): Promise<Played> {
  const given = { ...options, policy };
  const withCircuit = circuit && { circuit };
  const withBudget = budget && { budget };
  const it = await player.play({ ...given, ...withCircuit, ...withBudget });
  /** Nothing is compared with what was not played to its end. */
  const compared = async (other: StormOptions): Promise<SimulationResult | undefined> => {
    const without = player.isStopped ? undefined : await player.play(other);
    return player.isStopped ? undefined : without;
  };
  const withoutCircuit = circuit && (await compared({ ...given, ...withBudget }));
  const withoutBudget = budget && (await compared({ ...given, ...withCircuit }));
  const sentences = summarize({
    storm: it,
    schedule: schedule(policy, { retries: 50, clients: 0 }),
    withoutCircuit,
    withoutBudget,
  });
  return { name, storm: it, sentences };
}

const head = ['', 'attempts per call', 'calls lost', 'peak a second', 'recovered within', 'time to success', 'of 99 %'];

const rowOf = ({ name, storm: it }: Played): string[] => {
  const { totals, perCall } = it;
  return [
    name,
    digits(totals.amplification, 2),
    percent(totals.lost / Math.max(1, totals.calls)),
    digits(peak(it)),
    totals.recovery === undefined ? '-' : time(totals.recovery),
    time(perCall.timeToSuccess.p50),
    time(perCall.timeToSuccess.p99),
  ];
};

const peak = ({ series, slot }: SimulationResult): number => (1000 * Math.max(0, ...series.attempts)) / slot;

function show(all: readonly Played[], options: StormOptions, terminal: Terminal): void {
  terminal.out(`${told(options)}\n\n`);
  const loads = all.map((it) => {
    const width = Math.max(1, Math.round((room * it.storm.until) / options.duration));
    return { ...it, load: squeezed(it.storm.series.attempts, width) };
  });
  const most = Math.max(1, ...loads.flatMap(({ load }) => load));
  for (const { name, storm: it, sentences, load } of loads) {
    terminal.out(`${paint(terminal, 'bold', name)}\n`);
    terminal.out(`${paint(terminal, 'cyan', sparkline(load, most))}\n`);
    terminal.out(`${paint(terminal, 'dim', ground(it, options.duration))}\n`);
    if (it.until < options.duration) {
      terminal.out(`stopped after ${time(it.until)} of ${time(options.duration)}: this is what there is\n`);
    }
    terminal.out(`${sentences.map((each) => `- ${each}`).join('\n')}\n\n`);
  }
  terminal.out(`${table([head, ...all.map(rowOf)])}\n`);
}

/** Under the load: when something was wrong. */
function ground({ outages }: SimulationResult, duration: number): string {
  const isOn = (index: number): boolean => {
    const at = ((index + 0.5) * duration) / room;
    return outages.some(({ from, to }) => from <= at && at < to);
  };
  return (
    Array.from({ length: room }, (_, index) => (isOn(index) ? '▔' : ' '))
      .join('')
      .trimEnd() + ' outage'
  );
}

const told = ({ clients, duration, service, seed }: StormOptions): string =>
  `${digits(clients)} clients, ${time(duration)}, a service that can answer ${digits(service.capacity)} attempts a second, seed ${String(seed)}`;

const page = (all: readonly Played[], options: StormOptions): string =>
  report({
    title: 'A storm',
    subtitle: told(options),
    readings: all,
    pictures: [loadChart(all, 'The load on the service')],
    table: [head, ...all.map(rowOf)],
  });
