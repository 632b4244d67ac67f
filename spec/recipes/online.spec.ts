import { firstValueFrom, type Observable } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { serve } from '../support/loopback.js';
import { importRecipe } from '../support/recipes.js';
import { turn } from '../support/settled.js';
import { virtualWaits } from '../support/virtualWaits.js';

/*
 * A page that is offline, with a server. No time passes in these tests, so a wait that nothing ends would never end.
 * `npm run consumers -- offline` takes real browsers offline.
 */

virtualWaits();

describe('Wait until online', async () => {
  const { load } = await importRecipe<{ load: (url: string) => Observable<Response> }>('Wait until online');
  const page = new EventTarget();
  const navigator = { onLine: true };
  const goOnline = (onLine: boolean): void => {
    navigator.onLine = onLine;
    page.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
  };
  beforeEach(() => {
    vi.stubGlobal('window', page);
    vi.stubGlobal('navigator', navigator);
  });

  it('starts no attempt while the page is offline, not even the first one', async () => {
    const { url, requests } = await serve((response) => response.end('good'));
    goOnline(false);
    const loaded = Promise.all([1, 2, 3].map(() => firstValueFrom(load(url))));
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect(requests).toHaveLength(0);
    goOnline(true);
    expect((await loaded).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(requests).toHaveLength(3);
  });

  it('ends the delay of a retry when the page is online again', async () => {
    const { url, requests } = await serve((response, { socket }, number) => {
      if (number === 1) socket.resetAndDestroy();
      else response.end('good');
    });
    const ended: true[] = [];
    const loaded = firstValueFrom(load(url)).finally(() => ended.push(true));
    while (ended.length === 0) {
      goOnline(false);
      await turn();
      goOnline(true);
      await turn();
    }
    expect(await (await loaded).text()).toBe('good');
    expect(requests).toHaveLength(2);
  });
});
