import { show } from '../../options.js';
import type { Verdict } from '../../policy/policy.js';
import type { Signal } from '../../policy/signals.js';
import { formatValue } from '../assertion/format.js';

/** A law that a policy breaks. */
export interface Violation {
  readonly law: 'pure' | 'input' | 'globals' | 'time' | 'json' | 'wait' | 'reference' | 'throws' | 'verdict';
  /** What the policy must do; continues "reduce must". */
  readonly must: string;
  /** What it does instead; continues "got". */
  readonly got: string;
}

/** A signal of a log and the verdict on it. `undefined`: `reduce` returned no valid verdict. */
export interface Step {
  readonly signal: Signal;
  readonly verdict: Verdict | undefined;
}

/** A verdict as it is written in code. */
export function formatVerdict(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'no verdict';
  const { state, wait, reason } = verdict;
  const reasonText = reason === undefined ? '' : `, reason: ${formatValue(reason)}`;
  return `{ state: ${formatValue(state)}, wait: ${show(wait)}${reasonText} }`;
}
