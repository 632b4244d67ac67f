/** What a policy takes over from one with other options. */
export interface Adopted<S = unknown> {
  readonly state: S;
  /** What it cannot keep. */
  readonly lost: readonly string[];
}

/** All of it. */
export const kept = <S>(state: S): Adopted<S> => ({ state, lost: [] });
