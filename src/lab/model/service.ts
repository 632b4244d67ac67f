import { rejectOption } from '../../options.js';
import { failuresWithoutHint, type Failed, type FailureErrors, type ServiceSettings } from './serviceOptions.js';
import { OutageScript, type Outage } from './outage.js';

/*
 * The service. The outcome of an attempt is decided when the attempt starts.
 *
 * The service works on one attempt at a time, for 1 / capacity seconds each. Attempts that arrive meanwhile wait in a
 * queue. It finishes the attempts that it has accepted even if their clients have timed out. That is how an overload
 * outlives its cause.
 */

/** A service with its queue and its outages. */
export class Service {
  /** The duration and the error of the attempt decided last. `undefined` is a success. */
  took = 0;
  error: unknown;
  /** Whether that attempt started during an outage. */
  isAttemptInOutage = false;
  private readonly script: OutageScript;
  private readonly errors: FailureErrors;
  private readonly limitErrors = new Map<Outage, unknown>();
  /** When the queue is empty again. */
  private freeAt = 0;
  private spareNormal: number | undefined;
  /** The time of the first free slot of a limited service. */
  private nextSlotAt = 0;

  constructor(
    private readonly settings: ServiceSettings,
    private readonly random: () => number,
  ) {
    const { outages, errorOf } = settings;
    this.script = new OutageScript(outages);
    const makeError = (failed: Failed, retryAfter?: number): unknown =>
      errorOf(failed, retryAfter) ?? rejectOption('simulate', 'the result of service.errorOf', 'an error', undefined);
    this.errors = Object.fromEntries(failuresWithoutHint.map((failed) => [failed, makeError(failed)])) as FailureErrors;
    for (const outage of outages) {
      if (outage.kind === 'limited') this.limitErrors.set(outage, makeError('limited', outage.retryAfter));
    }
  }

  /** Decides an attempt that starts now: sets `took`, `error` and `isAttemptInOutage`. Times never go back. */
  attempt(now: number): void {
    const { settings, script } = this;
    const outage = script.at(now);
    const latency = this.drawLatency();
    this.isAttemptInOutage = outage !== undefined;
    this.took = Math.min(latency, settings.timeout);
    switch (outage?.kind) {
      case 'down':
        this.freeAt = 0;
        this.error = this.errors.down;
        return;
      case 'brown-out':
        if (this.random() >= outage.share) break;
        this.error = this.errors['brown-out'];
        return;
      case 'limited':
        if (this.takeSlot(outage.limit, now)) break;
        this.error = this.limitErrors.get(outage);
        return;
      default:
    }
    this.serve(now, latency, outage);
    const untilDown = script.nextDown() - now;
    if (this.took <= untilDown) return;
    this.took = untilDown;
    this.error = this.errors.down;
  }

  /** Whether an outage is on. Times never go back. */
  isInOutage(now: number): boolean {
    return this.script.at(now) !== undefined;
  }

  /** The attempt waits in the queue and is worked on. It fails if the queue is too long or the answer too late. */
  private serve(now: number, latency: number, outage: Outage | undefined): void {
    const { queue, timeout } = this.settings;
    const factor = outage?.kind === 'slow' ? outage.factor : 1;
    const serviceTime = outage?.kind === 'reduced' ? 1000 / outage.capacity : this.settings.serviceTime * factor;
    const queued = Math.max(0, this.freeAt - now);
    if (queued > queue) {
      this.error = this.errors.overloaded;
      return;
    }
    this.freeAt = now + queued + serviceTime;
    const took = queued + latency * factor;
    this.took = Math.min(took, timeout);
    this.error = took > timeout ? this.errors.timeout : undefined;
  }

  /** Takes one of the evenly spaced slots of a limited service. The slots of 100 ms may be taken at once. */
  private takeSlot(limit: number, now: number): boolean {
    if (this.nextSlotAt - now > 100) return false;
    this.nextSlotAt = Math.max(this.nextSlotAt, now) + 1000 / limit;
    return true;
  }

  private drawLatency(): number {
    const { settings } = this;
    const { tail } = settings;
    const { median, sigma } = tail !== undefined && this.random() < tail.share ? tail : settings;
    return sigma === 0 ? median : median * Math.exp(sigma * this.drawNormal());
  }

  /** Draws from the normal distribution. The Box-Muller transform makes two values of two draws. */
  private drawNormal(): number {
    const { spareNormal } = this;
    this.spareNormal = undefined;
    if (spareNormal !== undefined) return spareNormal;
    const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
    const angle = 2 * Math.PI * this.random();
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}
