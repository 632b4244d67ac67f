import { defer, EMPTY, expand, map, of, type Observable } from 'rxjs';
import type { CircuitState } from '../gates/circuit/phases.js';
import type { SchedulerClock } from '../time/clock.js';
import { wait } from '../time/wait.js';

/**
 * Emits at once, and again whenever time alone changes a circuit: at the end of the probe timeout, at every full second of
 * the countdown of `retryAfter`, and at its end. Completes when only a signal can change it.
 */
export const countdown = <V extends { readonly retryAfter: number }>(
  circuit: { readonly current: CircuitState; readonly clock: SchedulerClock },
  view: () => V,
): Observable<V> =>
  defer(() => of(view())).pipe(
    expand(({ retryAfter }) => {
      const ms = nextTick(circuit.current, circuit.clock.now(), retryAfter);
      return ms < Infinity ? wait(ms, circuit.clock).pipe(map(view)) : EMPTY;
    }),
  );

function nextTick(state: CircuitState, now: number, retryAfter: number): number {
  const second = retryAfter > 0 && retryAfter < Infinity ? retryAfter % 1000 || 1000 : Infinity;
  const isProbed = state.phase === 'half-open' && state.probes.length > 0 && now < state.probesTimeOutAt;
  return isProbed ? Math.min(second, state.probesTimeOutAt - now) : second;
}
