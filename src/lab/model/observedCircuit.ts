import { Ledger, type Clock } from '../../engine/ledger.js';
import type { CircuitState } from '../../gates/circuit/phases.js';
import type { CircuitBreaker } from '../../gates/circuit/circuitBreaker.js';
import type { Verdict } from '../../policy/policy.js';
import type { Signal } from '../../policy/signals.js';
import type { SeriesRecorder } from '../results/series.js';

/** The ledger of a circuit, which records how long each phase lasts. */
export class ObservedCircuit extends Ledger<CircuitState> {
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

  override commit(signal: Signal, verdict: Verdict<CircuitState>): void {
    super.commit(signal, verdict);
    const { phase } = this.current;
    if (phase === this.phase) return;
    this.record(signal.now);
    if (phase === 'open') this.openings += 1;
    this.phase = phase;
  }

  /** Records the current phase up to `now`. */
  record(now: number): void {
    this.series.addPhase(this.phase, this.since, now);
    this.since = now;
  }
}
