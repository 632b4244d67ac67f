import { parseArgs } from 'node:util';
import type { SimulateOptions } from '../lab/options.js';
import type { ServiceOptions } from '../lab/model/serviceOptions.js';
import { time } from '../lab/charts/format.js';
import { messageOf, UsageError } from './usageError.js';
import { duration, latency, outage, positive, whole } from './units.js';

/*
 * What was typed.
 */

const outagesUnlessTold: string[] = ['30s..60s'];

const options = {
  clients: { type: 'string', default: '10000' },
  every: { type: 'string', default: '10s' },
  burst: { type: 'string' },
  processes: { type: 'string', default: '1' },
  latency: { type: 'string', default: '50ms..250ms' },
  capacity: { type: 'string' },
  queue: { type: 'string', default: '2s' },
  timeout: { type: 'string', default: '1s' },
  outage: { type: 'string', multiple: true, default: outagesUnlessTold },
  outages: { type: 'string', default: '5s,15s,30s,60s' },
  duration: { type: 'string' },
  seed: { type: 'string', default: '1' },
  retries: { type: 'string', default: '10' },
  html: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** The words and the options of a command. */
export type Typed = ReturnType<typeof parse>;

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });

export function typed(args: readonly string[]): Typed {
  try {
    return parse(args);
  } catch (error) {
    throw new UsageError(`${mended(messageOf(error))}; \`rxjs-reprise --help\` lists what there is`);
  }
}

/** What the parser complains of, in a line. */
function mended(complaint: string): string {
  const option = complaint.replace(/^[^']*'(--?[^ =']+)[^]*$/, '$1');
  if (complaint.includes('ambiguous')) return `${option} needs a value that does not begin with a dash`;
  return complaint.startsWith('Unknown option') ? `there is no ${option}` : complaint;
}

/** What can be asked for. */
export type Name = 'preview' | 'storm' | 'compare';

const forAll = ['html', 'json', 'help'];
const played = [
  'clients',
  'every',
  'burst',
  'processes',
  'latency',
  'capacity',
  'queue',
  'timeout',
  'duration',
  'seed',
];
const known: Readonly<Record<Name, readonly string[]>> = {
  preview: [...forAll, 'retries'],
  storm: [...forAll, ...played, 'outage'],
  compare: [...forAll, ...played, 'outages'],
};

/** Throws where an option was typed that is for another command. */
export function checkOptions(name: Name, { tokens }: Typed): void {
  for (const token of tokens) {
    if (token.kind === 'option' && !known[name].includes(token.name)) {
      const those = known[name].map((each) => `--${each}`).join(', ');
      throw new UsageError(`--${token.name} is not for ${name}, which takes ${those}`);
    }
  }
}

/** What is simulated, of which the capacity is always known. */
export interface StormOptions extends SimulateOptions {
  readonly service: ServiceOptions & { readonly capacity: number };
}

/** Attempts a second: a service that can do less is overloaded by two calls that happen to come together. */
const least = 20;

/** What storm and compare have in common. */
function common({ values }: Typed, bursts: readonly number[]): Omit<StormOptions, 'duration'> {
  const clients = whole('--clients', values.clients);
  const every = duration('--every', values.every);
  if (every < 1) throw new UsageError(`--every must be at least 1ms, got ${values.every}`);
  const usual = Math.max(least, (2 * 1000 * clients) / every);
  return {
    clients,
    processes: whole('--processes', values.processes),
    seed: whole('--seed', values.seed),
    calls: { every, bursts },
    service: {
      latency: latency('--latency', values.latency),
      capacity: values.capacity === undefined ? usual : positive('--capacity', values.capacity),
      queue: duration('--queue', values.queue),
      timeout: duration('--timeout', values.timeout),
    },
  };
}

/** A storm as it was typed. */
export function stormOptions(it: Typed): StormOptions {
  const { values } = it;
  const outages = values.outage.map((each) => outage('--outage', each));
  const first = Math.min(...outages.map(({ from }) => from));
  const last = Math.max(...outages.map(({ to }) => to));
  const options = common(it, burstsOf(values.burst, [first]));
  const length = values.duration === undefined ? 2 * last : duration('--duration', values.duration);
  const late = outages.findIndex(({ from }) => from >= length);
  if (late >= 0)
    throw new UsageError(`--outage must begin before the end (${time(length)}), got ${String(values.outage[late])}`);
  return { ...options, service: { ...options.service, outages }, duration: length };
}

/** A comparison as it was typed, and the lengths of its outages. */
export function compareOptions(it: Typed): { readonly options: SimulateOptions; readonly lengths: readonly number[] } {
  const { values } = it;
  const lengths = values.outages.split(',').map((each) => duration('--outages', each));
  const length = values.duration === undefined ? 3 * Math.max(...lengths) : duration('--duration', values.duration);
  if (length <= Math.max(...lengths)) throw new UsageError(`--duration must be longer than the longest of --outages`);
  return { options: { ...common(it, burstsOf(values.burst, [])), duration: length }, lengths };
}

function burstsOf(typed: string | undefined, usual: readonly number[]): readonly number[] {
  if (typed === undefined) return usual;
  return typed === 'none' ? [] : [duration('--burst', typed)];
}
