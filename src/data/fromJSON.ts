import { isRecord } from '../gates/parser.js';
import { rejectOption } from '../options.js';
import { checkPolicy, type Policy } from '../policy/policy.js';
import { checkKeys } from '../readOptions.js';
import { format, limiter } from './format.js';
import { checkSlots, groupOf, isOfFunctions, namesFor, type Slots } from './slots.js';
import type { Made } from './wordOf.js';
import { options, words } from './words.js';

/**
 * The policy that {@link toJSON} has written, or that a person has written in a configuration file. Options with a default
 * may be left out. Each function of this library checks its own arguments, so nothing is accepted here that is rejected in
 * a program.
 *
 * @param json what `JSON.parse` returns
 * @param slots the functions, error classes and custom policies, by the names that the JSON has for them
 * @throws RangeError | TypeError that names the path and the value, for JSON that is foreign, newer or damaged, without a
 * slot that it names, of more than 1000 parts or 100 levels
 *
 * @example
 * const json = { format: 'rxjs-reprise/policyData', version: 1, policy: { word: 'exponentialBackoff', base: 100, jitter: false } };
 * preview(fromJSON(json)).delays // => [100, 200, 400, 800]
 */
export function fromJSON(json: unknown, slots: Slots = {}): Policy {
  checkSlots('fromJSON', slots);
  if (!isRecord(json)) return rejectOption('fromJSON', 'json', 'an object, as JSON.parse returns it', json, TypeError);
  if (json.format !== format) rejectOption('fromJSON', 'format', `'${format}'`, json.format, TypeError);
  if (json.version !== 1)
    rejectOption('fromJSON', 'version', '1, and a newer one needs a newer rxjs-reprise', json.version, TypeError);
  checkKeys('fromJSON', json, ['format', 'version', 'policy']);
  const policy = reader(slots)(json.policy, 'policy', 'policy', 1);
  checkPolicy('fromJSON', 'policy', isRecord(json.policy) ? policy : json.policy);
  return policy as Policy;
}

/** Returns the value that JSON stands for. `option` is the name of the option, and `path` where it is. */
type Read = (value: unknown, option: string, path: string, depth: number) => unknown;

function reader(slots: Slots): Read {
  const limits = limiter('fromJSON');

  const read: Read = (value, option, path, depth) => {
    if (value === 'Infinity') return Infinity;
    if (typeof value === 'number') limits.number(option, value);
    if (typeof value === 'string' && isOfFunctions(option))
      return rejectOption('fromJSON', path, `an object { "slot": name }, for a function of slots.${option}`, value);
    if (typeof value !== 'object' || value === null) return value;
    limits.part(path, depth);
    if (Array.isArray(value))
      return value.map((each, index) => read(each, option, `${path}[${String(index)}]`, depth + 1));
    if (Object.hasOwn(value, 'slot')) return readSlot(slots, value, option, path);
    const fields = Object.entries(value)
      .filter(([name]) => name !== 'word')
      .map(([name, each]) => [name, read(each, name, `${path}.${name}`, depth + 1)] as const);
    return Object.hasOwn(value, 'word')
      ? make((value as { readonly word: unknown }).word, fields, path)
      : Object.fromEntries(fields);
  };
  return read;
}

function readSlot(slots: Slots, value: object, option: string, path: string): unknown {
  checkKeys('fromJSON', value, ['slot'], `${path}.`);
  const { slot } = value as { readonly slot: unknown };
  const group = groupOf(option);
  const named = namesFor(slots, group);
  if (typeof slot === 'string' && Object.hasOwn(named, slot)) return named[slot];
  const names = Object.keys(named).join(', ') || 'none';
  return rejectOption(
    'fromJSON',
    `${path}.slot`,
    `a name in slots.${group} (${names}): fromJSON(json, { ${group}: { name: value } })`,
    slot,
    TypeError,
  );
}

type Fields = readonly (readonly [name: string, value: unknown])[];

function make(word: unknown, fields: Fields, path: string): Made {
  const entry = typeof word === 'string' && Object.hasOwn(words, word) ? words[word] : undefined;
  if (entry === undefined) {
    const known = Object.keys(words).join(', ');
    return rejectOption('fromJSON', `${path}.word`, `one of ${known}`, word, TypeError);
  }
  const others = fields.filter(([name]) => !entry.args.includes(name));
  if (!entry.args.includes(options)) checkKeys('fromJSON', Object.fromEntries(others), entry.args, `${path}.`);
  const args = entry.args.map((arg) =>
    arg === options ? Object.fromEntries(others) : fields.find(([name]) => name === arg)?.[1],
  );
  try {
    return entry.make(...args);
  } catch (error) {
    throw locatedIn(path, error);
  }
}

/** The error of a function with the path of its arguments. */
function locatedIn(path: string, error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const Kind = error instanceof RangeError ? RangeError : TypeError;
  return new Kind(`fromJSON: ${located(path, error.message.replace(/^\w+: /, ''))}`);
}

function located(path: string, message: string): string {
  const unknown = 'there is no option ';
  if (message.startsWith(unknown)) return `${unknown}${path}.${message.slice(unknown.length)}`;
  return /^\S+ (must|cannot) /.test(message) ? `${path}.${message}` : `${path}: ${message}`;
}
