import type { CircuitState } from '../../gates/circuit/phases.js';
import type { CircuitBreaker } from '../../gates/circuit/circuitBreaker.js';
import { Held } from './held.js';
import type { SeriesRecorder } from '../results/series.js';

/** A live circuit whose phases are written down. */
export class ObservedCircuit extends Held<CircuitState> {
  private since = 0;
  private phase: CircuitState['phase'] = this.state.phase;
  /** How often it has opened. */
  openings = 0;

  constructor(
    policy: CircuitBreaker,
    random: () => number,
    private readonly slots: SeriesRecorder,
  ) {
    super(policy, random);
  }

  /** Writes down the phase that has ended, if one has. */
  watch(now: number): void {
    const { phase } = this.state;
    if (phase === this.phase) return;
    this.close(now);
    if (phase === 'open') this.openings += 1;
    this.phase = phase;
  }

  /** Writes down the phase that is on, until now. */
  close(now: number): void {
    this.slots.phase(this.phase, this.since, now);
    this.since = now;
  }
}
