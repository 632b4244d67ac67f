import { refuse } from '../../options.js';
import { failures, type Errors, type Failed, type ServiceSettings } from './serviceOptions.js';
import { OutageScript, type Outage } from './outage.js';

/*
 * The other side at work. What becomes of an attempt is decided when it starts.
 *
 * It does one thing after the other, each in 1 / capacity seconds: who comes while it is busy waits in line. It does what
 * it has taken on even if nobody waits for the answer any more, which is how an overload outlives its cause.
 */

/** A service at work. */
export class Service {
  /** How long the attempt takes that was looked at last, and how it ends: `undefined` is well. */
  took = 0;
  error: unknown;
  private readonly script: OutageScript;
  private readonly errors: Errors;
  private readonly hints = new Map<Outage, unknown>();
  private freeAt = 0;
  private spare: number | undefined;
  /** When a limited service admits the next attempt. */
  private turnAt = 0;

  constructor(
    private readonly settings: ServiceSettings,
    private readonly random: () => number,
  ) {
    const { outages, errorOf } = settings;
    this.script = new OutageScript(outages);
    const given = (failed: Failed, retryAfter?: number): unknown =>
      errorOf(failed, retryAfter) ?? refuse('simulate', 'the answer of service.errorOf', 'an error', undefined);
    this.errors = Object.fromEntries(failures.map((failed) => [failed, given(failed)])) as Errors;
    for (const outage of outages) {
      if (outage.kind === 'limited') this.hints.set(outage, given('limited', outage.retryAfter));
    }
  }

  /** Decides an attempt that starts now: see `took` and `error`. Times never go back. */
  attempt(now: number): void {
    const { settings, script } = this;
    const outage = script.at(now);
    const usual = this.usual();
    this.took = Math.min(usual, settings.timeout);
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
        if (this.hasTurn(outage.limit, now)) break;
        this.error = this.hints.get(outage);
        return;
      default:
    }
    this.serve(now, usual, outage?.kind === 'slow' ? outage.factor : 1);
    const cut = script.nextDown() - now;
    if (this.took <= cut) return;
    this.took = cut;
    this.error = this.errors.down;
  }

  /** Whether something is wrong with it. Times never go back. */
  isInOutage(now: number): boolean {
    return this.script.at(now) !== undefined;
  }

  /** It waits in line, is worked on, and may come too late. */
  private serve(now: number, usual: number, factor: number): void {
    const { each, queue, timeout } = this.settings;
    const line = Math.max(0, this.freeAt - now);
    if (line > queue) {
      this.error = this.errors.overloaded;
      return;
    }
    this.freeAt = now + line + each * factor;
    const took = line + usual * factor;
    this.took = Math.min(took, timeout);
    this.error = took > timeout ? this.errors.timeout : undefined;
  }

  /** Evenly spaced turns, of which a tenth of a second's may come at once. */
  private hasTurn(limit: number, now: number): boolean {
    if (this.turnAt - now > 100) return false;
    this.turnAt = Math.max(this.turnAt, now) + 1000 / limit;
    return true;
  }

  private usual(): number {
    const { median, sigma } = this.settings;
    return sigma === 0 ? median : median * Math.exp(sigma * this.normal());
  }

  /** Box and Muller make two of two draws. */
  private normal(): number {
    const { spare } = this;
    this.spare = undefined;
    if (spare !== undefined) return spare;
    const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
    const angle = 2 * Math.PI * this.random();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}
