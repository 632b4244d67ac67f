import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/live/listeners.js';

describe('news', () => {
  it('are told in the order of happening, each once', () => {
    const news = new EventQueue<string>();
    const told: string[] = [];
    news.all.subscribe((each) => told.push(each));
    news.keep('a');
    news.keep('b');
    expect(told).toEqual([]);
    news.tell();
    news.tell();
    expect(told).toEqual(['a', 'b']);
  });

  it('of what a listener brings about wait for their turn, so that all hear one order', () => {
    const news = new EventQueue<string>();
    const [first, second]: [string[], string[]] = [[], []];
    news.all.subscribe((each) => {
      first.push(each);
      if (each !== 'a') return;
      news.keep('c');
      news.tell();
    });
    news.all.subscribe((each) => second.push(each));
    news.keep('a');
    news.keep('b');
    news.tell();
    expect(first).toEqual(['a', 'b', 'c']);
    expect(second).toEqual(['a', 'b', 'c']);
  });

  it('know whether anybody listens', () => {
    const news = new EventQueue<string>();
    expect(news.isHeard).toBe(false);
    const listener = news.all.subscribe();
    expect(news.isHeard).toBe(true);
    listener.unsubscribe();
    expect(news.isHeard).toBe(false);
  });
});
