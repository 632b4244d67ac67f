import { firstValueFrom, type Observable } from 'rxjs';
import type { Circuit, KeyedGates } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { serve, type Answer } from '../support/loopback.js';
import { importRecipe } from '../support/recipes.js';
import { failure } from '../support/settled.js';
import { virtualWaits } from '../support/virtualWaits.js';

const { passUntil, whilePassing } = virtualWaits();

describe('A circuit per host', async () => {
  const { hosts, load } = await importRecipe<{
    hosts: KeyedGates<Circuit>;
    load: (url: URL) => Observable<Response>;
  }>('A circuit per host');

  /** A host, with the path of its requests. */
  const host = async (answer: Answer) => {
    const { url, requests } = await serve(answer);
    return { url: new URL('/users', url), requests };
  };
  const good = () => host((response) => response.end());

  it('leaves a host alone that fails, asks the others, and comes back with a probe', async () => {
    let status = 503;
    const down = await host((response) => response.writeHead(status).end());
    const up = await good();
    expect(await whilePassing(failure(load(down.url)))).toMatchObject({ status: 503 });
    expect(down.requests).toHaveLength(5);

    for (let call = 0; call < 3; call += 1) {
      expect(await failure(load(down.url))).toMatchObject({ name: 'CircuitOpenError' });
      expect(await firstValueFrom(load(up.url))).toHaveProperty('status', 200);
    }
    expect(down.requests).toHaveLength(5);
    expect(up.requests).toHaveLength(3);

    status = 200;
    const openUntil = Date.now() + 10_000;
    await passUntil(() => Date.now() >= openUntil);
    expect(await firstValueFrom(load(down.url))).toHaveProperty('status', 200);
    expect(hosts.for(down.url.host).state.phase).toBe('closed');
  });

  it('retries, and keeps one circuit for all paths of a host', async () => {
    const { url, requests } = await host((response, _, number) => response.writeHead(number === 1 ? 503 : 200).end());
    const before = hosts.size;
    expect(await whilePassing(firstValueFrom(load(url)))).toHaveProperty('status', 200);
    await firstValueFrom(load(new URL('/orders', url)));
    expect(requests.map(({ url: path }) => path)).toEqual(['/users', '/users', '/orders']);
    expect(hosts.size).toBe(before + 1);
  });

  it('does not open for a 404', async () => {
    const { url, requests } = await host((response) => response.writeHead(404).end());
    for (let call = 0; call < 6; call += 1) expect(await failure(load(url))).toMatchObject({ status: 404 });
    expect(requests).toHaveLength(6);
  });
});
