import { RejectedError } from '../errors.js';

/**
 * The rejection of a {@link keyed} map that is full: all its gates are in use or not at rest, so there is no room for the
 * gate of another key.
 *
 * @example
 * const byHost = keyed((host) => circuit({ name: host }), { max: 1, name: 'hosts' });
 * byHost.for('a.example').open();
 * const error = await firstValueFrom(of('a').pipe(circuitBreak(byHost, { key: 'b.example' }), catchError((thrown) => of(thrown))));
 * String(error) // => 'TooManyKeysError: hosts: no room for "b.example", all 1 gates are in use or not at rest. Raise max'
 */
export class TooManyKeysError extends RejectedError {
  /** The key for which there was no room. */
  readonly key: string;
  /** How many gates there are. */
  readonly max: number;

  constructor(name: string, key: string, max: number) {
    const full = `all ${String(max)} gates are in use or not at rest`;
    super('too-many-keys', 0, name, `${name}: no room for ${JSON.stringify(key)}, ${full}. Raise max`);
    this.key = key;
    this.max = max;
  }

  override get name(): string {
    return 'TooManyKeysError';
  }
}
