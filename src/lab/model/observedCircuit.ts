import type { Clock } from '../../engine/ledger.js';
import { openSpan, type CircuitState } from '../../gates/circuit/phases.js';
import type { RejectedError } from '../../errors.js';
import type { CircuitBreaker } from '../../gates/circuit/circuitBreaker.js';
import type { Verdict } from '../../policy/policy.js';
import type { Signal } from '../../policy/signals.js';
import type { SeriesRecorder } from '../results/series.js';
import { SimulatedGate } from './simulatedGate.js';

/** A circuit, which records how long each phase lasts. */
export class ObservedCircuit extends SimulatedGate<CircuitState> {
  private since = 0;
  private phase: CircuitState['phase'] = this.current.phase;
  /** How often the circuit has opened. */
  openings = 0;

  constructor(
    policy: CircuitBreaker,
    clock: Clock,
    private readonly series: SeriesRecorder,
  ) {
    super(policy, clock);
  }

  /** Records the current phase up to `now`. */
  record(now: number): void {
    this.series.addPhase(this.phase, this.since, now);
    this.since = now;
  }

  override rejectionIn(ms: number): RejectedError | undefined {
    const { clock, current } = this;
    const wait = current.phase === 'open' ? current.until - clock.now() : 0;
    return wait > ms ? this.rejection('open', wait) : undefined;
  }

  protected override note(_before: CircuitState, { now }: Signal, { state: { phase } }: Verdict<CircuitState>): void {
    if (phase === this.phase) return;
    this.record(now);
    if (phase === 'open') this.openings += 1;
    this.phase = phase;
  }

  protected override spanOf(before: CircuitState, after: CircuitState): number | undefined {
    return openSpan(before, after);
  }
}
