/** The error that `act` throws, or an error that says that it threw nothing. */
export function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return new Error('nothing was thrown');
}

/** Removes the indentation of the first line from all lines, and the line breaks around the text. */
export function flush(text: string): string {
  const lines = text.replace(/^\n|\n *$/g, '').split('\n');
  const margin = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0;
  return lines.map((line) => line.slice(margin)).join('\n');
}
