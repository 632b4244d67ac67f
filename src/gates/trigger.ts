import { gatePolicy, type GatePolicy } from './gatePolicy.js';
import { aCount, recordOf } from './parser.js';
import { stateReader } from './snapshot.js';

/*
 * A gate that admits everything, and counts how often something has triggered it.
 */

/** The status of a {@link retryNow} gate. */
export interface TriggerView {
  /** How often its waits were cut short. */
  readonly triggered: number;
}

/** The policy of {@link retryNow}. Its state comes from outside. */
export const trigger: GatePolicy<TriggerView, TriggerView> = /* @__PURE__ */ gatePolicy<TriggerView, TriggerView>({
  name: 'rxjs-reprise/retryNow',
  initial: { triggered: 0 },
  on: { resume: (state) => state },
  view: (state) => state,
  // Made when it is needed: a bundler keeps what is called at import.
  read: (state, reject) => stateReader(recordOf<TriggerView>({ triggered: aCount }))(state, reject),
  limits: 'retries',
});
