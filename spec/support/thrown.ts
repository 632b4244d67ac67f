/** What `act` throws; a text if it does not. */
export function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return new Error('nothing was thrown');
}

/** A text without the indentation of its first line, and without the line breaks around it. */
export function flush(text: string): string {
  const lines = text.replace(/^\n|\n *$/g, '').split('\n');
  const margin = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0;
  return lines.map((line) => line.slice(margin)).join('\n');
}
