import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What a program of this folder prints, as JSON, in a process of its own. */
export async function apart<T>(program: string, ...args: readonly string[]): Promise<T> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = once(child, 'close');
  const printed = await text(child.stdout);
  const [code, signal] = (await end) as [number | null, string | null];
  if (printed === '')
    throw new Error(`${program} ${args.join(' ')} printed nothing, and ended by ${String(code ?? signal)}`);
  return JSON.parse(printed) as T;
}
