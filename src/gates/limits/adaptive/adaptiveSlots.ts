import type { Verdict } from '../../../policy/policy.js';
import type { Cancel, Failure, Success } from '../../../policy/signals.js';
import { gatePolicy, type GatePolicy } from '../../gatePolicy.js';
import { recordOf } from '../../parser.js';
import { stateReader } from '../../snapshot.js';
import {
  abandonSlot,
  askForSlot,
  clearSlots,
  concurrencyFormat,
  noSlots,
  releaseSlot,
  slotsIn,
  slotsParser,
  viewSlots,
  wokenBySlots,
  type ConcurrencyLimitView,
  type Slots,
} from '../slots.js';
import type { AdaptiveRule } from './rule.js';

interface State<S> {
  readonly slots: Slots;
  /** The state of the rule. */
  readonly adapted: S;
}

/** The `concurrencyLimit` whose limit is that of a rule. A rule brings it, so a fixed limit does not bundle it. */
export function adaptiveSlots<S>(rule: AdaptiveRule<S>, maxWaiting: number): GatePolicy<unknown, ConcurrencyLimitView> {
  const limitOf = ({ adapted }: State<S>): number => rule.limitOf(adapted);
  /** The end of an attempt that does not run is late and changes nothing. */
  const release = (state: State<S>, end: Success | Failure | Cancel): Verdict<State<S>> => {
    const slots = releaseSlot(state.slots, end.ticket);
    if (slots === state.slots) return { state, wait: 0 };
    const { state: adapted, thrown } = rule.onEnd(state.adapted, end, state.slots.running.size);
    return { state: { slots, adapted }, wait: 0, ...(thrown && { thrown }) };
  };
  const policy = gatePolicy<State<S>, ConcurrencyLimitView>({
    name: concurrencyFormat,
    initial: { slots: noSlots, adapted: rule.initial },
    on: {
      ask: (state, { ticket }) => {
        const verdict = askForSlot(state.slots, limitOf(state), maxWaiting, ticket);
        return { ...verdict, state: withParts(state, verdict.state, state.adapted) };
      },
      success: (state, end) => release(state, end).state,
      failure: release,
      cancel: (state, end) => release(state, end).state,
      abandon: (state, { ticket }) => withParts(state, abandonSlot(state.slots, ticket), state.adapted),
      resume: (state) => withParts(state, clearSlots(state.slots), rule.resume(state.adapted)),
    },
    view: (state) => viewSlots(state.slots, limitOf(state)),
    read: stateReader(recordOf({ slots: slotsParser(), adapted: rule.parse })),
    settlesAt: 'end',
    wakes: (before, after, { kind }) =>
      kind === 'control' ? 'all' : wokenBySlots(before.slots, limitOf(before), after.slots, limitOf(after)),
  });
  return {
    ...policy,
    adopt: (state) => ({ state: { slots: slotsIn(state as Slots), adapted: rule.initial }, lost: ['limit'] }),
  };
}

const withParts = <S>(state: State<S>, slots: Slots, adapted: S): State<S> =>
  slots === state.slots && adapted === state.adapted ? state : { slots, adapted };
