/** An error that the user of the command can fix. It is shown without a stack trace. */
export class UsageError extends Error {}

/** The message of any error. If it is about an option of the lab, it names the flag that the user typed. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [prefix = '', option = ''] =
    /^(?:createSimulation|amplification): ([\w.]+)(?:\[\d+\])?(?= must )/.exec(message) ?? [];
  const flag = flags[option];
  return flag === undefined ? message : `--${flag}${message.slice(prefix.length)}`;
}

/** The flag of each option of the lab. */
const flags: Readonly<Record<string, string>> = {
  clients: 'clients',
  processes: 'processes',
  seed: 'seed',
  duration: 'duration',
  'calls.every': 'every',
  'calls.bursts': 'burst',
  'service.latency': 'latency',
  'service.latency.median': 'latency',
  'service.latency.p99': 'latency',
  'service.capacity': 'capacity',
  'service.queue': 'queue',
  'service.timeout': 'timeout',
  'service.outages': 'outage',
};
