/*
 * The date formats of HTTP, RFC 9110 §5.6.7.
 */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const longDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const oneOf = (name: string, words: readonly string[]): string => `(?<${name}>${words.join('|')})`;
const month = oneOf('month', months);
const time = String.raw`(?<time>\d\d:\d\d:\d\d)`;

/** IMF-fixdate, which servers should send; the obsolete formats of RFC 850 and of C's asctime. */
const formats = [
  String.raw`${oneOf('weekday', days)}, (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`${oneOf('weekday', longDays)}, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`${oneOf('weekday', days)} ${month} (?<day>\d\d| \d) ${time} (?<year>\d{4})`,
].map((format) => new RegExp(String.raw`^[ \t]*${format}[ \t]*$`));

type Parts = Readonly<Record<'weekday' | 'day' | 'month' | 'year' | 'time', string>>;

/**
 * Parses a date of HTTP. Returns milliseconds since 1970, or `undefined` if the text has none of the three formats or
 * names a date that does not exist. All three formats are UTC.
 *
 * @param now decides the century of a two-digit year: the latest one that is at most 50 years in the future
 */
export function httpDate(text: string, now: number): number | undefined {
  const match = formats.map((format) => format.exec(text)).find((found) => found !== null);
  if (match === undefined) return undefined;
  const parts = match.groups as Parts;
  // The grammar allows leap seconds; Date does not.
  const clock = parts.time.replace(/:60$/, ':59');
  const leap = clock === parts.time ? 0 : 1000;
  const [hours, minutes, seconds] = clock.split(':').map(Number);
  const instantIn = (year: number): number => {
    const date = new Date(Date.UTC(1970, 0, 1, hours, minutes, seconds));
    return date.setUTCFullYear(year, months.indexOf(parts.month), Number(parts.day));
  };
  const year = parts.year.length === 4 ? Number(parts.year) : fullYear(Number(parts.year), instantIn, now);
  const instant = instantIn(year);
  // Date accepts 31 February, hour 24 and a wrong weekday. Formatting the result shows whether the date exists.
  const day = parts.day.trim().padStart(2, '0');
  const expected = `${parts.weekday.slice(0, 3)}, ${day} ${parts.month} ${String(year).padStart(4, '0')} ${clock} GMT`;
  return new Date(instant).toUTCString() === expected ? instant + leap : undefined;
}

function fullYear(lastDigits: number, instantIn: (year: number) => number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const limit = new Date(now).setUTCFullYear(thisYear + 50);
  let year = thisYear - (thisYear % 100) + 100 + lastDigits;
  while (instantIn(year) > limit) year -= 100;
  return year;
}
