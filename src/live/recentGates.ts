import type { Gate } from './gate.js';

/** The gate of one key. */
export interface KeyedGate<G> {
  readonly key: string;
  readonly gate: G;
  /** When it was last used, by its own clock. Only where idle gates are dropped. */
  usedAt: number;
  /** Whether a caller may hold it. */
  isHandedOut: boolean;
}

/** The gates of keys, the least recently used first. One that was found to be needed counts as used. */
export class RecentGates<G extends Gate<any, any, any>> {
  private readonly gates = new Map<string, KeyedGate<G>>();
  private newest: KeyedGate<G> | undefined;

  constructor(private readonly isNeeded: (entry: KeyedGate<Gate<any, any, any>>) => boolean) {}

  get size(): number {
    return this.gates.size;
  }

  get(key: string): KeyedGate<G> | undefined {
    return this.gates.get(key);
  }

  values(): Iterable<KeyedGate<G>> {
    return this.gates.values();
  }

  /** Puts it at the end. */
  use(entry: KeyedGate<G>): void {
    if (entry === this.newest) return;
    this.gates.delete(entry.key);
    this.gates.set(entry.key, entry);
    this.newest = entry;
  }

  /** Takes out the first one that is not needed. */
  takeUnneeded(): KeyedGate<G> | undefined {
    const needed: KeyedGate<G>[] = [];
    for (const entry of this.gates.values()) {
      if (this.isNeeded(entry)) needed.push(entry);
      else {
        this.remove(entry);
        for (const each of needed) this.use(each);
        return entry;
      }
    }
    return undefined;
  }

  /** Takes out those that are not needed and were not used for `idle` milliseconds, up to the one that is used now. */
  takeIdle(idle: number, used: KeyedGate<G>): readonly KeyedGate<G>[] {
    const taken: KeyedGate<G>[] = [];
    for (const entry of this.gates.values()) {
      const now = entry.gate.clock.now();
      if (entry === used || now - entry.usedAt < idle) break;
      if (this.isNeeded(entry)) {
        entry.usedAt = now;
        this.use(entry);
      } else {
        this.remove(entry);
        taken.push(entry);
      }
    }
    return taken;
  }

  private remove(entry: KeyedGate<G>): void {
    this.gates.delete(entry.key);
    if (entry === this.newest) this.newest = undefined;
  }
}
