/** One way in which the package is used. */
export interface Consumer {
  /** The tool with its version, and what is checked. */
  readonly name: string;
  /**
   * Uses the packed library. Resolves with details to print, if any.
   *
   * @throws SkippedError if a tool that the check needs is not available, and any other error if the check fails
   */
  readonly check: (tarball: string) => Promise<string | undefined>;
}

/** A tool is not available, so the check says nothing about the library. */
export class SkippedError extends Error {}
