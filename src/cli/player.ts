import type { SimulateOptions } from '../lab/options.js';
import { createSimulation, type SimulationResult } from '../lab/simulate.js';
import type { Terminal } from './terminal.js';

/** Simulations one after the other, with a bar that shows how far they are, until somebody stops them. */
export class Player {
  isStopped = false;
  private done = 0;
  private shownAt = performance.now();
  private readonly release: () => void;

  constructor(
    private readonly terminal: Terminal,
    private readonly count: number,
  ) {
    this.release = terminal.onInterrupt(() => {
      this.isStopped = true;
    });
  }

  /** Plays one; stopped, it answers what it has. */
  async play(options: SimulateOptions): Promise<SimulationResult> {
    const playing = createSimulation(options);
    while (!this.isStopped && !playing.advance(piece)) {
      this.show(playing.progress);
      await turn();
    }
    this.done += 1;
    return playing.result();
  }

  /** Nothing more is played. */
  close(): void {
    this.release();
    if (this.terminal.isWatched.err) this.terminal.err('\r\u001b[K');
  }

  private show(progress: number): void {
    if (!this.terminal.isWatched.err || performance.now() - this.shownAt < 100) return;
    this.shownAt = performance.now();
    const share = (this.done + progress) / this.count;
    const full = Math.floor(share * 40);
    this.terminal.err(`\r${'█'.repeat(full)}${'░'.repeat(40 - full)} ${String(Math.floor(100 * share))} %`);
  }
}

/** Events between two looks at who may have stopped it. */
const piece = 100_000;

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
