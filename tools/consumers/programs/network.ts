import { firstValueFrom, from, throwError, timeout, type MonoTypeOperatorFunction } from 'rxjs';
import { isTransient } from 'rxjs-reprise/http';

/** A call that fails. */
export interface NetworkCase {
  readonly name: string;
  readonly url: string;
  /** Whether `isTransient` must say so. */
  readonly isTransient: boolean;
  /** What ends a call that would never end. */
  readonly end?: 'abort' | 'timeout';
}

/**
 * Makes each call with fetch.
 *
 * @throws Error with the words of the runtime if `isTransient` gives a wrong answer
 */
export async function network(cases: readonly NetworkCase[]): Promise<void> {
  const wrong: string[] = [];
  for (const { name, url, isTransient: expected, end } of cases) {
    const error = await firstValueFrom(from(failureOf(url, end)).pipe(endsInTime(name)));
    if (isTransient(error) !== expected) wrong.push(`${name}: expected ${String(expected)} for ${wordsOf(error)}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** Names a call that never ends, before the whole program is killed. */
const endsInTime = (name: string): MonoTypeOperatorFunction<unknown> =>
  timeout({ each: 30_000, with: () => throwError(() => new Error(`${name}: the call did not end within 30 s`)) });

async function failureOf(url: string, end: NetworkCase['end']): Promise<unknown> {
  const controller = new AbortController();
  if (end === 'abort')
    setTimeout(() => {
      controller.abort();
    }, 300);
  try {
    const response = await fetch(url, { signal: end === 'timeout' ? AbortSignal.timeout(300) : controller.signal });
    await response.text();
  } catch (error) {
    return error;
  }
  throw new Error(`${url}: the call did not fail`);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, cause } = error as { readonly code?: string | number; readonly cause?: unknown };
  const more = [
    code === undefined ? '' : ` [${String(code)}]`,
    cause === undefined ? '' : `, because of ${wordsOf(cause)}`,
  ];
  return `${error.name}: ${error.message}${more.join('')}`;
}
