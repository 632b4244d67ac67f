import { describe, expect, it } from 'vitest';
import { Listeners } from '../../src/live/listeners.js';

describe('events', () => {
  it('are delivered in the order in which they happened, each once', () => {
    const listeners = new Listeners<string>();
    const seen: string[] = [];
    listeners.events.subscribe((event) => seen.push(event));
    listeners.keep('a');
    listeners.keep('b');
    expect(seen).toEqual([]);
    listeners.deliver();
    listeners.deliver();
    expect(seen).toEqual(['a', 'b']);
  });

  it('that a listener causes are delivered after the current ones, so that all listeners see one order', () => {
    const listeners = new Listeners<string>();
    const [first, second]: [string[], string[]] = [[], []];
    listeners.events.subscribe((event) => {
      first.push(event);
      if (event !== 'a') return;
      listeners.keep('c');
      listeners.deliver();
    });
    listeners.events.subscribe((event) => second.push(event));
    listeners.keep('a');
    listeners.keep('b');
    listeners.deliver();
    expect(first).toEqual(['a', 'b', 'c']);
    expect(second).toEqual(['a', 'b', 'c']);
  });

  it('are only needed where there is a listener', () => {
    const listeners = new Listeners<string>();
    expect(listeners.areThere).toBe(false);
    const listener = listeners.events.subscribe();
    expect(listeners.areThere).toBe(true);
    listener.unsubscribe();
    expect(listeners.areThere).toBe(false);
  });
});
