import fc from 'fast-check';

/*
 * Random damage to JSON: a field is replaced, deleted, added or exchanged with another one; a list has items twice or in
 * another order.
 */

export interface Mutation {
  readonly how: 'replace' | 'delete' | 'add' | 'swap' | 'twice' | 'shuffle';
  /** Which of all places, and which other one. */
  readonly place: number;
  readonly other: number;
  readonly value: unknown;
}

const odd: fc.Arbitrary<unknown> = fc.constantFrom(
  -1,
  null,
  1e300,
  -1e12,
  0.5,
  'x',
  0,
  1,
  7,
  2 ** 53,
  true,
  [],
  {},
  [1, 1],
  [{}],
);

/** One to three mutations. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record<Mutation>({
    how: fc.constantFrom('replace', 'replace', 'replace', 'delete', 'add', 'swap', 'twice', 'shuffle'),
    place: fc.nat(60),
    other: fc.nat(60),
    value: odd,
  }),
  { minLength: 1, maxLength: 3 },
);

type Holder = Record<string, unknown>;
type Place = readonly [holder: Holder, key: string];

/** All places of a value: each field and each item, at any depth. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [[value as Holder, key] as const, ...placesOf(each)]);
}

/** A damaged copy of the value. */
export function mutated(value: unknown, { how, place, other, value: by }: Mutation): unknown {
  const whole: Holder = { value: structuredClone(value) };
  const places = placesOf(whole);
  const [holder, key] = places[place % places.length] ?? [whole, 'value'];
  const [otherHolder, otherKey] = places[other % places.length] ?? [whole, 'value'];
  const at = holder[key];
  switch (how) {
    case 'replace':
      holder[key] = by;
      break;
    case 'delete':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      break;
    case 'add':
      if (Array.isArray(at)) at.push(by);
      else if (typeof at === 'object' && at !== null) (at as Holder).extra = by;
      break;
    case 'swap': {
      const copy = structuredClone(otherHolder[otherKey]);
      otherHolder[otherKey] = structuredClone(at);
      holder[key] = copy;
      break;
    }
    case 'twice':
      if (Array.isArray(at)) at.push(...(structuredClone(at) as unknown[]));
      break;
    case 'shuffle':
      if (Array.isArray(at)) at.reverse();
      break;
  }
  return whole.value;
}
