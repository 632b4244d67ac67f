import type { Clock } from '../../engine/ledger.js';
import type { HedgeEvent } from '../../engine/hedgeEvents.js';
import type { HedgePlan } from '../../engine/hedgedCall.js';
import type { Plan } from '../../engine/retriedCall.js';
import type { RetryEvent } from '../../engine/retryEvents.js';
import type { Reason } from '../../reasons.js';
import type { AttemptStart } from '../options.js';
import type { Recorder } from '../results/recorder.js';
import type { Service } from './service.js';
import type { SimulatedGate } from './simulatedGate.js';
import type { Timers } from './timers.js';

/** What all calls of a simulation share. */
export class Scene {
  /** How many calls are in flight. */
  inFlight = 0;
  /** Why the latest call ended that ended without success. */
  lossReason: Reason = 'rejected';

  constructor(
    readonly service: Service,
    readonly timers: Timers,
    readonly recorder: Recorder,
    readonly clock: Clock,
    readonly observe: ((start: AttemptStart) => void) | undefined,
  ) {}

  /** Counts what a call reports. */
  readonly notify = (event: RetryEvent): void => {
    switch (event.kind) {
      case 'retrying':
        this.recorder.countWait(event.wait);
        break;
      case 'rejected':
        this.recorder.countRejection();
        this.lossReason = event.reason;
        break;
      case 'gave-up':
        this.lossReason = event.reason;
        break;
      default:
    }
  };

  /** Counts what becomes of hedges. */
  readonly notifyHedge = ({ kind, attempt }: HedgeEvent): void => {
    const { totals } = this.recorder;
    if (kind === 'won' && attempt > 1) totals.hedgesWon += 1;
    else if (kind === 'cancelled') totals.cancelled += 1;
    else if (kind === 'denied') totals.hedgesDenied += 1;
  };
}

/** What all calls of one process share. */
export interface ProcessScene {
  /** The policy and the gates of the retry. */
  readonly plan: Plan;
  /** The hedges below the retry, if there are any. */
  readonly hedging: HedgePlan | undefined;
  /** The gates below the retry and the hedges, if there are any. */
  readonly guard: SimulatedGuard | undefined;
}

/** As `guard(gates, { maxWait })`. */
export interface SimulatedGuard {
  readonly gates: readonly SimulatedGate[];
  readonly maxWait: number;
}
