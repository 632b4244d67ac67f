/**
 * Gates that were dropped, for as long as a caller holds them. A key whose old gate still exists has that one again, and
 * never a second one. It holds none of them itself.
 */
export class DroppedGates<G extends object> {
  private readonly references = new Map<string, WeakRef<G>>();
  private most: number;

  /** @param least it removes what no longer exists when it has twice as many entries, or more */
  constructor(private readonly least: number) {
    this.most = 2 * least;
  }

  add(key: string, gate: G): void {
    this.references.set(key, new WeakRef(gate));
    if (this.references.size > this.most) this.removeCollected();
  }

  /** Takes the gate out; `undefined` if it no longer exists. */
  take(key: string): G | undefined {
    const gate = this.references.get(key)?.deref();
    this.references.delete(key);
    return gate;
  }

  private removeCollected(): void {
    for (const [key, reference] of this.references) if (reference.deref() === undefined) this.references.delete(key);
    this.most = 2 * Math.max(this.least, this.references.size);
  }
}
