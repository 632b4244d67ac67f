import type { KeyedGates } from './keyedGates.js';

/** One gate per key is known by what it can do, as gates are. Only its type is imported: its code comes with it. */
export const isKeyed = (value: unknown): value is KeyedGates =>
  typeof (value as Partial<KeyedGates> | null | undefined)?.perCall === 'function';
