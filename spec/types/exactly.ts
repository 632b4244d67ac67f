/** Whether two types are the same: not merely assignable, and `any` is only `any`. */
export type Equal<A, B> = Same<A> extends Same<B> ? true : false;

/** TypeScript takes two of these for one another only if their `A` is identical. */
type Same<A> = <T>(of: T) => T extends A ? 1 : 2;

/** `exactly<Wanted>()(value)` compiles only if the value has that type. */
export declare function exactly<Wanted>(): <Actual>(
  value: Actual,
  ...mismatch: Equal<Actual, Wanted> extends true ? [] : [wanted: Wanted]
) => void;
