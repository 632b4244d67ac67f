import { createEsbuildScale } from './esbuild.js';
import type { RecordedSizes, Sizes } from './recorded.js';
import { createRolldownScale, rxjsInside } from './rolldown.js';
import { ours, peers } from './uses.js';

/** Measures every use by both bundlers. */
export async function measureSizes(root: string): Promise<RecordedSizes> {
  const byEsbuild = createEsbuildScale(root);
  const byRolldown = await createRolldownScale(root);
  const sizes: Record<string, Sizes> = {};
  for (const [use, code] of Object.entries({ ...ours, ...peers })) {
    sizes[use] = {
      esbuild: await byEsbuild(code),
      rolldown: await byRolldown(code),
      withRxjs: await byEsbuild(code, rxjsInside),
    };
  }
  return sizes as RecordedSizes;
}
