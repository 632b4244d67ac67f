import { rejectOption } from '../options.js';
import { format, limiter, policyIn, type PolicyData, type PolicyJSON, type PolicySource } from './format.js';
import { checkSlots, groupOf, isOfFunctions, nameIn, type Slots } from './slots.js';
import { options } from './words.js';
import { isPart, wordOf, type UsedWord } from './wordOf.js';

/**
 * A policy as JSON: the functions of this library that made it, with all their options, also the defaults. {@link fromJSON}
 * makes the same policy of it. Functions, error classes and custom policies need a name in `slots`.
 *
 * @param policy a policy, or a live gate: a circuit or what `gate` makes
 * @param slots names for functions, error classes and custom policies
 * @throws TypeError that names the path of a function or a custom policy without a name; RangeError | TypeError for more than
 * 1000 parts or 100 levels
 *
 * @example
 * const isBusy = (error: any) => error.status === 503;
 * const json = toJSON(onlyIf(isBusy, fixed(100)), { retryOn: { busy: isBusy } });
 * json.policy // => { word: 'onlyIf', retryOn: { slot: 'busy' }, policy: { word: 'fixed', ms: 100 } }
 * preview(fromJSON(json, { retryOn: { busy: isBusy } }), { failures: 2, error: { status: 503 } }).delays // => [100, 100]
 */
export function toJSON(policy: PolicySource, slots: Slots = {}): PolicyJSON {
  checkSlots('toJSON', slots);
  const given = policyIn('toJSON', policy);
  return { format, version: 1, policy: writer(slots)(given, 'policy', 'policy', 1) as PolicyData };
}

/** Returns the JSON of a value. `option` is the name of the option, and `path` where it is. */
type Write = (value: unknown, option: string, path: string, depth: number) => unknown;

function writer(slots: Slots): Write {
  const limits = limiter('toJSON');

  const write: Write = (value, option, path, depth) => {
    if (value === Infinity) return 'Infinity';
    if (typeof value === 'number') limits.number(option, value);
    if (!(typeof value === 'object' && value !== null) && typeof value !== 'function') return value;
    const slot = nameIn(slots, option, value);
    if (slot !== undefined) return { slot };
    limits.part(path, depth);
    if (typeof value === 'function') return rejectUnnamed(value, option, path);
    if (Array.isArray(value))
      return value.map((each, index) => write(each, option, `${path}[${String(index)}]`, depth + 1));
    if (!isPart(value)) return writeFields(value, path, depth);
    const used = wordOf(value);
    if (used === undefined) return rejectUnnamed(value, option, path);
    return { word: used.name, ...writeFields(fieldsOf(used), path, depth) };
  };
  const writeFields = (fields: object, path: string, depth: number): object =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, write(value, name, `${path}.${name}`, depth + 1)]),
    );
  return write;
}

/** The arguments by name, and the options beside them. */
const fieldsOf = ({ names, args }: UsedWord): object =>
  Object.assign(
    {},
    ...names.map((name, index) => (name === options ? args[index] : { [name]: args[index] })),
  ) as object;

function rejectUnnamed(value: unknown, option: string, path: string): never {
  const group = groupOf(option);
  const maker = isOfFunctions(option) ? '' : 'made by this library, or ';
  const wanted = `${maker}named in slots: toJSON(policy, { ${group}: { name: value } })`;
  return rejectOption('toJSON', path, wanted, value, TypeError);
}
