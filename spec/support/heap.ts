import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * The heap in use after a garbage collection. For specs that run in a process of their own.
 */

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
