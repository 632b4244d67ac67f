/*
 * What `--help` says.
 */

export const usage = `rxjs-reprise: see what a retry policy does before trusting it

  rxjs-reprise preview policy.mjs                 when each retry may start
  rxjs-reprise storm policy.mjs [other.mjs ..]    what many clients do to a service that goes down
  rxjs-reprise compare policy.mjs [other.mjs ..]  how much more it sees, the longer it is down

policy.mjs exports what production uses, found by what it is: a policy, a circuitBreaker
(or a live circuit), a budget. TypeScript works where Node reads it (22.18 and newer).

  import { circuitBreaker, exponentialBackoff } from 'rxjs-reprise/core';
  export default exponentialBackoff({ base: 200, jitter: 'full' });
  export const circuit = circuitBreaker({ threshold: 20, resetAfter: 5000 });

Times are 250ms, 30s, 5m, 2h. Nothing is waited for: time is virtual, and the same --seed gives
the same numbers, always.

preview
  --retries 10             how many retries to look at

storm and compare
  --clients 10000          how many clients there are, as 10000 or 1e6
  --every 10s              how often each of them calls, on average
  --burst 30s              when all of them call at once, as after a lost connection; none for
                           never. Storm only: when the first outage starts, unless told
  --processes 1            how many circuits and budgets the clients are spread over
  --latency 50ms..250ms    the service's median and 99th percentile, or one time
  --capacity 2000          attempts that it can answer in a second; twice what the clients
                           call usually, and at least 20, unless told
  --queue 2s               how long its line may be
  --timeout 1s             how long a client waits for an answer
  --outage 30s..60s        storm: when it is down; again for more. Other troubles:
                           30s..60s:brown-out=40%  30s..60s:slow=5  30s..60s:limited=100/2s
  --outages 5s,15s,30s,60s compare: how long it is down
  --duration 2m            until when to play; storm: twice the end of the last outage
  --seed 1                 what chance begins with

everywhere
  --html report.html       also write pictures and numbers to a page that stands alone
  --json                   for machines
  --help                   this
  NO_COLOR                 in the environment: no colours

Exit codes: 0 done, 2 something in the command or the module is to be mended, 130 stopped by
Ctrl-C (what there was by then is shown).
`;
