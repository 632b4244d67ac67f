import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as passed } from 'node:timers/promises';

/*
 * Browsers that a program controls: a page cannot switch its own network off. Chromium answers on a pipe, in the DevTools
 * Protocol. Firefox answers on a socket, in the protocol of Marionette. No driver is needed.
 */

/** A browser in use. */
export interface Remote {
  /**
   * Waits until the title of the page, with which it says how far it is, matches.
   *
   * @throws Error with the title of a page that has failed
   */
  readonly until: (matches: (title: string) => boolean) => Promise<unknown>;
  /** Takes the page offline, or online again. */
  readonly setOffline: (isOffline: boolean) => Promise<unknown>;
}

/** How a browser is controlled. */
export interface RemoteControl {
  /** Writes what the browser needs into its profile. Returns further arguments. */
  readonly prepare: (profile: string) => readonly string[];
  /** Connects to a browser that was started with these arguments, and with pipes as its files 3 and 4. */
  readonly attach: (browser: ChildProcess, profile: string) => Promise<Remote>;
}

/**
 * Asks again and again until there is an answer.
 *
 * @throws Error if the browser ends before
 */
async function eventually<T>(browser: ChildProcess, ask: () => Promise<T | undefined>): Promise<T> {
  while (browser.exitCode === null && browser.signalCode === null) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await passed(50);
  }
  throw new Error('the browser has ended');
}

/** How {@link Remote} waits for a title. */
const untilTitle =
  (browser: ChildProcess, titleNow: () => Promise<string>): Remote['until'] =>
  (matches) =>
    eventually(browser, async () => {
      const title = await titleNow();
      if (title.startsWith('Error')) throw new Error(title);
      return matches(title) || undefined;
    });

/** Calls that are answered by their number. */
class Calls {
  private readonly pending = new Map<number, (error: unknown, result: unknown) => void>();
  private last = 0;

  constructor(private readonly send: (id: number, method: string, parameters: object) => void) {}

  call<T>(method: string, parameters: object = {}): Promise<T> {
    this.last += 1;
    const id = this.last;
    return new Promise((resolve, reject) => {
      this.pending.set(id, (error, result) => {
        if (error === null || error === undefined) resolve(result as T);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      this.send(id, method, parameters);
    });
  }

  answer(id: number, error: unknown, result: unknown): void {
    this.pending.get(id)?.(error, result);
    this.pending.delete(id);
  }
}

interface Answer {
  readonly id?: number;
  readonly error?: unknown;
  readonly result?: unknown;
}

interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

/** Chromium: messages of JSON that end with a zero, on its file 3, and answers on its file 4. */
export const overPipe: RemoteControl = {
  prepare: () => ['--remote-debugging-pipe'],
  async attach(browser) {
    const [, , , input, output] = browser.stdio as unknown as [null, null, null, Writable, Readable];
    let session: { sessionId?: string } = {};
    const calls = new Calls((id, method, params) => {
      input.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
    let rest = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        const { id = 0, error, result } = JSON.parse(message) as Answer;
        calls.answer(id, error, result);
      }
    });
    const { targetId } = await eventually(browser, async () => {
      const { targetInfos } = await calls.call<{ readonly targetInfos: readonly Target[] }>('Target.getTargets');
      return targetInfos.find(({ type, url }) => type === 'page' && url.startsWith('http'));
    });
    session = await calls.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    await calls.call('Network.enable');
    const throughput = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    return {
      until: untilTitle(browser, async () => {
        const asked = calls.call<{ readonly result: { readonly value: string } }>('Runtime.evaluate', {
          expression: 'document.title',
        });
        return (await asked).result.value;
      }),
      setOffline: (offline) => calls.call('Network.emulateNetworkConditions', { offline, ...throughput }),
    };
  },
};

/** Firefox writes the number of its port into this file. */
const portFile = 'MarionetteActivePort';

/** The page. That alone goes offline: what Firefox calls working offline does not stop requests to this machine. */
const page = 'gBrowser.selectedBrowser';

/** Firefox: messages of JSON after their length, on a socket. */
export const overSocket: RemoteControl = {
  prepare(profile) {
    writeFileSync(join(profile, 'user.js'), 'user_pref("marionette.port", 0);');
    return ['--marionette', '--remote-allow-system-access'];
  },
  async attach(browser, profile) {
    const file = join(profile, portFile);
    const port = await eventually(browser, () =>
      Promise.resolve(existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined),
    );
    const socket = connect(port, '127.0.0.1');
    // It is reset when the browser is killed.
    socket.on('error', () => undefined);
    const calls = new Calls((id, method, parameters) => {
      const message = JSON.stringify([0, id, method, parameters]);
      socket.write(`${String(Buffer.byteLength(message))}:${message}`);
    });
    let rest = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        const start = rest.indexOf(':') + 1;
        const end = start + Number(rest.subarray(0, Math.max(start - 1, 0)).toString());
        if (start === 0 || rest.length < end) return;
        const message: unknown = JSON.parse(rest.subarray(start, end).toString());
        rest = rest.subarray(end);
        // The first message is a greeting, and no answer.
        if (Array.isArray(message)) calls.answer(Number(message[1]), message[2], message[3]);
      }
    });
    await calls.call('WebDriver:NewSession');
    await calls.call('Marionette:SetContext', { value: 'chrome' });
    const execute = (script: string, ...args: readonly unknown[]): Promise<{ readonly value: unknown }> =>
      calls.call('WebDriver:ExecuteScript', { script, args });
    return {
      until: untilTitle(browser, async () => String((await execute(`return ${page}.contentTitle`)).value)),
      setOffline: (isOffline) => execute(`${page}.browsingContext.forceOffline = arguments[0]`, isOffline),
    };
  },
};
