/*
 * The text of `--help`.
 */

export const usage = `rxjs-reprise: shows what a retry policy does before you ship it

  rxjs-reprise preview policy.mjs                 when each retry may start
  rxjs-reprise storm policy.mjs [other.mjs ..]    what many clients do to a service that goes down
  rxjs-reprise compare policy.mjs [other.mjs ..]  how the load grows with the length of the outage

policy.mjs exports what you use in production: a policy, a circuitBreaker or live circuit, and
a budget. Any export name works. Gates that calls wait for have these names: gates, an array as
in retryWithPolicy(policy, { gates }), and guard, an object { gates, maxWait } as in guard(gates,
{ maxWait }). TypeScript works with Node 22.18 or newer.

  import { circuitBreaker, exponentialBackoff } from 'rxjs-reprise/core';
  export default exponentialBackoff({ base: 200, jitter: 'full' });
  export const circuit = circuitBreaker({ threshold: 20, resetAfter: 5000 });

Times look like 250ms, 30s, 5m or 2h. Simulations use virtual time, so they do not wait. The
same --seed always gives the same numbers. Options are shown with their defaults.

preview
  --retries 10             the number of retries to show

storm and compare
  --clients 10000          the number of clients, such as 10000 or 1e6
  --every 10s              the mean time between two calls of one client
  --burst 30s              when all clients make one extra call, as after a lost connection, or
                           none. Default: storm: the start of the first outage, compare: none
  --processes 1            the number of processes; each has its own circuit, budget and gates
  --latency 50ms..250ms    the median and the 99th percentile of the service, or one time
  --capacity 2000          attempts per second that the service can answer. Default: twice the
                           regular calls per second, and at least 20
  --queue 2s               how long the queue of the service may be
  --timeout 1s             how long a client waits for an answer
  --outage 30s..60s        storm: when the service is down; repeat it for more outages. Others:
                           30s..60s:brown-out=40%  30s..60s:slow=5  30s..60s:limited=100/2s
  --outages 5s,15s,30s,60s compare: the lengths of the outage
  --duration 2m            the simulated time. Default: storm: twice the end of the last outage,
                           compare: three times the longest outage
  --seed 1                 the seed of the random numbers

all commands
  --html report.html       also write a self-contained page of charts and numbers. It may replace
                           an earlier page, but no other file
  --force                  let --html replace any file except the modules
  --json                   write JSON instead of text
  --help                   show this text
  --version                show the version of rxjs-reprise
  NO_COLOR                 environment variable: no colours

Exit codes: 0 done, 2 an error in the arguments, the module or the output, 130 stopped by Ctrl-C
(the result so far is shown).
`;
