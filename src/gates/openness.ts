import { untilChange, type Verdict } from '../policy/policy.js';
import { gatePolicy, type GatePolicy } from './gatePolicy.js';
import { aFlag, aNumber, recordOf } from './parser.js';
import { stateReader } from './snapshot.js';

/*
 * A gate that something else opens and closes: the network, a page that is visible, maintenance.
 */

/** What it keeps. */
export interface Openness {
  readonly isOpen: boolean;
  /** Whether nothing will change it any more. A gate that is closed then rejects for good. */
  readonly isFinal: boolean;
  /** When it was opened or closed. */
  readonly since: number;
}

/** The view of {@link openWhen}. */
export interface OpennessView {
  readonly isOpen: boolean;
}

function onAsk(state: Openness): Verdict<Openness> {
  if (state.isOpen) return { state, wait: 0 };
  return { state, wait: state.isFinal ? Infinity : untilChange, reason: 'closed' };
}

/** The policy of {@link openWhen}. Its state comes from outside, so no signal changes it. */
export const openness: GatePolicy<Openness, OpennessView> = /* @__PURE__ */ gatePolicy<Openness, OpennessView>({
  name: 'rxjs-reprise/openWhen',
  initial: { isOpen: false, isFinal: false, since: 0 },
  on: { ask: onAsk, resume: (state) => state },
  view: ({ isOpen }) => ({ isOpen }),
  // Made when it is needed: a bundler keeps what is called at import.
  read: (state, reject) =>
    stateReader(recordOf<Openness>({ isOpen: aFlag, isFinal: aFlag, since: aNumber }))(state, reject),
  wakes: (before, after) => (before !== after && (after.isOpen || after.isFinal) ? 'all' : []),
});
