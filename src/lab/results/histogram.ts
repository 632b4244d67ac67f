/** How numbers are spread that are too many to keep: counted in bins 1 % wide, from 1 to 2³². */
export class Histogram {
  private readonly bins = new Float64Array(32 * perDoubling + 1);
  count = 0;
  max = 0;

  add(value: number): void {
    const bin = value > 1 ? Math.min(this.bins.length - 1, Math.floor(Math.log2(value) * perDoubling)) : 0;
    this.bins[bin] = this.bins[bin]! + 1;
    this.count += 1;
    if (value > this.max) this.max = value;
  }

  /** The number that a share of them does not exceed, to 1 %; 0 where there are none. */
  quantile(share: number): number {
    let left = share * this.count;
    if (left === 0) return 0;
    const bin = this.bins.findIndex((count) => (left -= count) <= 0);
    return Math.min(this.max, 2 ** ((bin + 0.5) / perDoubling));
  }
}

const perDoubling = 64;

/** The busiest stretch of time: of things that are told in the order of time, the most in one of its length. */
export class BusiestStretch {
  /** The most in one stretch, and how many in all. */
  most = 0;
  total = 0;
  private current = -1;
  private inCurrent = 0;

  constructor(private readonly ms: number) {}

  add(now: number): void {
    const stretch = Math.floor(now / this.ms);
    this.inCurrent = stretch === this.current ? this.inCurrent + 1 : 1;
    this.current = stretch;
    this.total += 1;
    if (this.inCurrent > this.most) this.most = this.inCurrent;
  }
}
