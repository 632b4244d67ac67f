/** A stream of the process. It remembers the first error. */
export class Output {
  private failure: Error | undefined;

  constructor(private readonly stream: NodeJS.WritableStream) {
    stream.on('error', this.onEnd);
  }

  write(text: string): void {
    this.stream.write(text, this.onEnd);
  }

  /** Waits until everything has been written. Returns the error, if any. */
  async flush(): Promise<Error | undefined> {
    await new Promise((resolve) => {
      this.stream.write('', resolve);
    });
    return this.failure;
  }

  /** Ignores EPIPE: the reader of a pipe may close it early, as `head` does. */
  private readonly onEnd = (error?: NodeJS.ErrnoException | null): void => {
    if (error && error.code !== 'EPIPE') this.failure ??= error;
  };
}
