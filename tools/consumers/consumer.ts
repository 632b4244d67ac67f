/** Somebody who uses the package. */
export interface Consumer {
  /** Who, and what is tried. */
  readonly name: string;
  /** Tries the packed library; what was seen besides, or an error. {@link Skipped} if something is missing to try it. */
  readonly try: (tarball: string) => Promise<string | undefined>;
}

/** Nothing is known of our own: a tool is missing. */
export class Skipped extends Error {}
