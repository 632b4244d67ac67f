import type { SimulateOptions } from '../lab/options.js';
import type { SimulationResult } from '../lab/results/result.js';
import { createSimulation, type SimulationRun } from '../lab/simulate.js';
import type { Terminal } from './terminal.js';

/** Runs simulations one after the other, shows a progress bar, and stops at Ctrl-C. */
export class Player {
  isStopped = false;
  private done = 0;
  private shownAt = performance.now();
  private readonly removeListener: () => void;

  constructor(
    private readonly terminal: Terminal,
    private readonly count: number,
  ) {
    this.removeListener = terminal.onInterrupt(() => {
      this.isStopped = true;
    });
  }

  /** Runs a simulation. The result is partial if the player is stopped. */
  async play(options: SimulateOptions): Promise<SimulationResult> {
    const run = createSimulation(options);
    while (!this.isStopped && !this.advance(run)) {
      this.showProgress(run.progress);
      await nextTurn();
    }
    this.done += 1;
    return run.result();
  }

  /** Returns whether the simulation has ended. */
  private advance(run: SimulationRun): boolean {
    const ended: boolean[] = [];
    this.isStopped = !this.terminal.interruptible(() => ended.push(run.advance(eventsPerStep)));
    return ended.includes(true);
  }

  /** Removes the progress bar and the listener for Ctrl-C. */
  close(): void {
    this.removeListener();
    if (this.terminal.isTTY.err) this.terminal.err('\r\u001b[K');
  }

  private showProgress(progress: number): void {
    if (!this.terminal.isTTY.err || performance.now() - this.shownAt < 100) return;
    this.shownAt = performance.now();
    const share = (this.done + progress) / this.count;
    const full = Math.floor(share * 40);
    this.terminal.err(`\r${'█'.repeat(full)}${'░'.repeat(40 - full)} ${String(Math.floor(100 * share))} %`);
  }
}

/** How many events are played between two looks at the progress. */
const eventsPerStep = 100_000;

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
