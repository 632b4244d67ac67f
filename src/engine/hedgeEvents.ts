import type { Reason } from '../reasons.js';

/** Fields of every event. */
interface EventBase {
  /** The option `name`: which operation it is. */
  readonly name: string;
  /** The number of the attempt. The first is 1, every later one is a hedge. */
  readonly attempt: number;
  /** Milliseconds since the stream was subscribed. */
  readonly elapsed: number;
}

/** A hedge starts, because no attempt has answered. */
interface Hedged extends EventBase {
  readonly kind: 'hedged';
}

/** The budget does not pay the hedge. No hedge of this call starts any more. */
interface Denied extends EventBase {
  readonly kind: 'denied';
  /** Why the gate rejected it. */
  readonly reason: Reason;
}

/** The attempt was the first to produce a value, or to complete. The other attempts have been unsubscribed. */
interface Won extends EventBase {
  readonly kind: 'won';
  /** Milliseconds since the attempt started. */
  readonly took: number;
}

/** The attempt failed. The stream ends only if no other attempt runs. */
interface Failed extends EventBase {
  readonly kind: 'failed';
  readonly took: number;
  readonly error: unknown;
}

/** The attempt was unsubscribed before a value: another one won, or the consumer left. */
interface Cancelled extends EventBase {
  readonly kind: 'cancelled';
  readonly took: number;
}

/** What happens to a call that may be hedged. */
export type HedgeEvent = Hedged | Denied | Won | Failed | Cancelled;

/** The fields that only events of that kind have. */
export type HedgeDetails<K extends HedgeEvent['kind']> = Omit<
  Extract<HedgeEvent, { readonly kind: K }>,
  keyof EventBase | 'kind'
>;
