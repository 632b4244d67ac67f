import type { Policy, Slots } from 'rxjs-reprise';
import { groupOf, type SlotGroup } from '../../src/data/slots.js';
import { options, words } from '../../src/data/words.js';
import { isPart, wordOf, type Made } from '../../src/data/wordOf.js';

/*
 * Names for everything in a policy that JSON cannot hold.
 */

/** The slots that a policy needs, each with the name of its group and a number. */
export function slotsOf(policy: Policy): Slots {
  const found: Partial<Record<SlotGroup, Record<string, unknown>>> = {};
  const add = (option: string, value: unknown): void => {
    const group = (found[groupOf(option)] ??= {});
    if (!Object.values(group).includes(value)) group[`${groupOf(option)}${String(Object.keys(group).length)}`] = value;
  };
  const visit = (value: unknown, option: string): void => {
    if (typeof value === 'function') add(option, value);
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) for (const each of value) visit(each, option);
    else if (isPart(value)) visitPart(value, option);
    else for (const [name, each] of Object.entries(value)) visit(each, name);
  };
  const visitPart = (part: Made, option: string): void => {
    const used = wordOf(part);
    if (used === undefined) add(option, part);
    else
      used.args.forEach((arg, index) => {
        const name = words[used.name]?.args[index] ?? options;
        visit(arg, name);
      });
  };
  visitPart(policy, 'policy');
  return found as Slots;
}
