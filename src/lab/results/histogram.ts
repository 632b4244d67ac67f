/** The distribution of many numbers, counted in bins 1 % wide, from 1 to 2³². */
export class Histogram {
  private readonly bins = new Float64Array(32 * binsPerDoubling + 1);
  count = 0;
  max = 0;

  add(value: number): void {
    const bin = value > 1 ? Math.min(this.bins.length - 1, Math.floor(Math.log2(value) * binsPerDoubling)) : 0;
    this.bins[bin] = this.bins[bin]! + 1;
    this.count += 1;
    if (value > this.max) this.max = value;
  }

  /** The value that a share of the numbers does not exceed, accurate to 1 %; 0 if there are no numbers. */
  quantile(share: number): number {
    let left = share * this.count;
    if (left === 0) return 0;
    const bin = this.bins.findIndex((count) => (left -= count) <= 0);
    return Math.min(this.max, 2 ** ((bin + 0.5) / binsPerDoubling));
  }
}

const binsPerDoubling = 64;

/** Finds the busiest of consecutive stretches of `ms` milliseconds. Times never go back. */
export class BusiestStretch {
  /** The count in the busiest stretch, and the total. */
  most = 0;
  total = 0;
  private stretch = -1;
  private count = 0;

  constructor(private readonly ms: number) {}

  add(now: number): void {
    const stretch = Math.floor(now / this.ms);
    this.count = stretch === this.stretch ? this.count + 1 : 1;
    this.stretch = stretch;
    this.total += 1;
    if (this.count > this.most) this.most = this.count;
  }
}
