import { parseArgs } from 'node:util';
import { messageOf, UsageError } from './usageError.js';

/*
 * The arguments of the command, as text.
 */

const defaultOutages: string[] = ['30s..60s'];

const options = {
  clients: { type: 'string', default: '10000' },
  every: { type: 'string', default: '10s' },
  burst: { type: 'string' },
  processes: { type: 'string', default: '1' },
  latency: { type: 'string', default: '50ms..250ms' },
  capacity: { type: 'string' },
  queue: { type: 'string', default: '2s' },
  timeout: { type: 'string', default: '1s' },
  outage: { type: 'string', multiple: true, default: defaultOutages },
  outages: { type: 'string', default: '5s,15s,30s,60s' },
  duration: { type: 'string' },
  seed: { type: 'string', default: '1' },
  retries: { type: 'string', default: '10' },
  html: { type: 'string' },
  force: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
} as const;

/** The positional arguments and the options. */
export type ParsedArguments = ReturnType<typeof parse>;

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });

/** @throws UsageError */
export function parseArguments(args: readonly string[]): ParsedArguments {
  try {
    return parse(args);
  } catch (error) {
    throw new UsageError(`${shorten(messageOf(error))} (see --help)`);
  }
}

/** The message of Node's parser in one line. */
function shorten(message: string): string {
  const option = message.replace(/^[^']*'(--?[^ =']+)[^]*$/, '$1');
  if (message.includes('ambiguous')) return `${option} needs a value that does not start with a dash`;
  if (message.includes('argument missing')) return `${option} needs a value`;
  return message.startsWith('Unknown option') ? `unknown option ${option}` : message;
}

/** The commands. */
export type CommandName = 'preview' | 'storm' | 'compare';

const outputFlags = ['html', 'force', 'json', 'help'];
const simulationFlags = [
  ...['clients', 'every', 'burst', 'processes', 'latency', 'capacity', 'queue', 'timeout', 'duration', 'seed'],
];
const flagsOf: Readonly<Record<CommandName, readonly string[]>> = {
  preview: [...outputFlags, 'retries'],
  storm: [...outputFlags, ...simulationFlags, 'outage'],
  compare: [...outputFlags, ...simulationFlags, 'outages'],
};

/** @throws UsageError if an option belongs to another command */
export function checkOptions(name: CommandName, { tokens }: ParsedArguments): void {
  for (const token of tokens) {
    if (token.kind === 'option' && !flagsOf[name].includes(token.name)) {
      const list = flagsOf[name].map((each) => `--${each}`).join(', ');
      throw new UsageError(`--${token.name} is not an option of ${name}, which has ${list}`);
    }
  }
}
