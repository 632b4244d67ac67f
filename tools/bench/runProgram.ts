import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Runs `programs/<name>.js` in its own process and returns the JSON that it prints. */
export async function runProgram<T>(name: string, ...args: readonly string[]): Promise<T> {
  const file = fileURLToPath(new URL(`programs/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const output = await text(child.stdout);
  const [code, signal] = (await closed) as [number | null, string | null];
  if (output === '') {
    throw new Error(`${name} ${args.join(' ')} printed nothing and exited with ${String(code ?? signal)}`);
  }
  return JSON.parse(output) as T;
}
