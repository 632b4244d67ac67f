import type { SimulationResult } from '../lab/results/result.js';
import { summarize } from '../lab/results/summary.js';
import { schedule } from '../lab/schedule.js';
import { never } from '../policy/delays.js';
import type { LoadedModule } from './modules.js';
import type { Player } from './player.js';
import { describeSettings } from './settings.js';
import type { StormOptions } from './simulationOptions.js';

/** What a storm of one module did. */
export interface NamedResult {
  readonly name: string;
  readonly storm: SimulationResult;
  readonly settings: readonly string[];
  readonly sentences: readonly string[];
}

/** How many protections a module has. */
export const variantsOf = ({ circuit, budget, gates, guard }: LoadedModule): number =>
  [circuit, budget, guard ?? gates[0]].filter((each) => each !== undefined).length;

/** Plays a module, and again without its circuit, its budget and its gates, to show what they save. */
export async function play(module: LoadedModule, options: StormOptions, player: Player): Promise<NamedResult> {
  const { name, policy = never, circuit, budget, gates, guard } = module;
  const base = { ...options, policy };
  const withCircuit = circuit && { circuit };
  const withBudget = budget && { budget };
  const withGates = { gates, ...(guard && { guard }) };
  const result = await player.play({ ...base, ...withCircuit, ...withBudget, ...withGates });
  /** A simulation that was stopped is not compared. */
  const playVariant = async (variant: StormOptions): Promise<SimulationResult | undefined> => {
    const other = player.isStopped ? undefined : await player.play(variant);
    return player.isStopped ? undefined : other;
  };
  const withoutCircuit = circuit && (await playVariant({ ...base, ...withBudget, ...withGates }));
  const withoutBudget = budget && (await playVariant({ ...base, ...withCircuit, ...withGates }));
  const hasGates = gates.length > 0 || guard !== undefined;
  const withoutGates = hasGates ? await playVariant({ ...base, ...withCircuit, ...withBudget }) : undefined;
  const sentences = summarize({
    storm: result,
    schedule: schedule(policy, { retries: 50, clients: 0 }),
    circuit,
    withoutCircuit,
    withoutBudget,
    withoutGates,
  });
  return { name, storm: result, settings: describeSettings(module), sentences };
}
