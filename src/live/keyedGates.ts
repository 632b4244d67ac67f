import type { Observable } from 'rxjs';
import { isAtRest } from '../gates/rest.js';
import { Misuse } from '../misuse.js';
import { rejectOption } from '../options.js';
import { DroppedGates } from './droppedGates.js';
import type { Gate } from './gate.js';
import { isGate } from './gates.js';
import { KeyedEvents } from './keyedEvents.js';
import { RecentGates, type KeyedGate } from './recentGates.js';
import { TooManyKeysError } from './tooManyKeysError.js';

/** The options of `keyed`, with their defaults. */
export interface KeyedSettings {
  readonly name: string;
  readonly max: number;
  readonly idle: number;
}

/** The events of a gate. */
export type EventOf<G> = G extends { readonly events$: Observable<infer E> } ? E : never;

/** One gate per key, made by {@link keyed}. */
export class KeyedGates<G extends Gate<any, any, any> = Gate<any, any, any>> {
  private readonly gates = new RecentGates<G>((entry) => this.isNeeded(entry));
  private readonly dropped: DroppedGates<G>;
  private readonly relay = new KeyedEvents();

  /** @internal */
  constructor(
    private readonly makeGate: (key: string) => G,
    private readonly settings: KeyedSettings,
  ) {
    this.dropped = new DroppedGates(settings.max);
  }

  /** How many gates there are, at most `max`. */
  get size(): number {
    return this.gates.size;
  }

  /** What happens in all gates, also in those made later, each event with the key. No past events. Never completes. */
  get events$(): Observable<EventOf<G> & { readonly key: string }> {
    return this.relay.of(() => this.entries()) as Observable<EventOf<G> & { readonly key: string }>;
  }

  /**
   * The gate of a key. It is made if there is none. Ask for it at each call: while nothing uses it, and it is at rest, it may
   * be dropped.
   *
   * @throws TypeError if the key is not a string or is empty, or if what was made is not a gate; {@link TooManyKeysError}
   */
  for(key: string): G {
    const entry = this.use('keyed.for', 'key', key);
    entry.isHandedOut = true;
    return entry.gate;
  }

  /** The keys and their gates now, the least recently used first. Listing them does not use them. */
  entries(): (readonly [key: string, gate: G])[] {
    return Array.from(this.gates.values(), (entry) => {
      entry.isHandedOut = true;
      return [entry.key, entry.gate] as const;
    });
  }

  /**
   * @internal What an operator has made for the gate of a key, once for each gate. A method, not an import, so that the
   * bundle of an operator does not include this code.
   */
  perCall<H extends object>(where: string, key: unknown, make: (gate: G) => H): () => H {
    if (typeof key !== 'function') checkKey(where, 'key', key, 'a function or a string, not empty', TypeError);
    const [option, keyOf] =
      typeof key === 'function'
        ? (['the answer of key', key as () => unknown] as const)
        : (['key', () => key] as const);
    const made = new WeakMap<G, H>();
    return () => {
      const { gate } = this.use(where, option, keyOf());
      const host = made.get(gate) ?? make(gate);
      made.set(gate, host);
      return host;
    };
  }

  private use(where: string, option: string, key: unknown): KeyedGate<G> {
    checkKey(where, option, key);
    const entry = this.gates.get(key) ?? this.add(key);
    this.gates.use(entry);
    const { idle } = this.settings;
    if (idle < Infinity) {
      entry.usedAt = entry.gate.clock.now();
      for (const each of this.gates.takeIdle(idle, entry)) this.drop(each);
    }
    return entry;
  }

  private add(key: string): KeyedGate<G> {
    this.makeRoom(key);
    const old = this.dropped.take(key);
    const gate = old ?? this.make(key);
    // The function may have used other keys, and this one too.
    const other = this.gates.get(key);
    if (other !== undefined) return other;
    this.makeRoom(key);
    const entry = { key, gate, usedAt: 0, isHandedOut: old !== undefined };
    this.gates.use(entry);
    this.relay.add(key, gate);
    return entry;
  }

  private make(key: string): G {
    const gate: unknown = this.makeGate(key);
    if (!isGate(gate))
      rejectOption('keyed', 'the answer of makeGate', 'a gate (from circuit() or gate())', gate, Misuse);
    return gate as unknown as G;
  }

  private makeRoom(key: string): void {
    const { max, name } = this.settings;
    if (this.gates.size < max) return;
    const entry = this.gates.takeUnneeded();
    if (entry === undefined) throw new TooManyKeysError(name, key, max);
    this.drop(entry);
  }

  private isNeeded({ key, gate }: KeyedGate<Gate<any, any, any>>): boolean {
    return gate.isInUse(this.relay.listenersOf(key)) || !isAtRest(gate.policy, gate.current, gate.clock.now());
  }

  private drop({ key, gate, isHandedOut }: KeyedGate<G>): void {
    this.relay.disconnect(key);
    if (isHandedOut) this.dropped.add(key, gate);
  }
}

function checkKey(
  where: string,
  option: string,
  key: unknown,
  wanted = 'a string, not empty',
  Kind: new (message: string) => Error = Misuse,
): asserts key is string {
  if (typeof key !== 'string' || key === '') rejectOption(where, option, wanted, key, Kind);
}
