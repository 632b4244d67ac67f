/*
 * The dates of HTTP, RFC 9110 §5.6.7.
 */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const longDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const oneOf = (name: string, words: readonly string[]): string => `(?<${name}>${words.join('|')})`;
const month = oneOf('month', months);
const time = String.raw`(?<time>\d\d:\d\d:\d\d)`;

/** IMF-fixdate, the one to send; that of RFC 850; and that of C's asctime. */
const forms = [
  String.raw`${oneOf('weekday', days)}, (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`${oneOf('weekday', longDays)}, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`${oneOf('weekday', days)} ${month} (?<day>\d\d| \d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(String.raw`^[ \t]*${form}[ \t]*$`));

type Said = Readonly<Record<'weekday' | 'day' | 'month' | 'year' | 'time', string>>;

/**
 * The instant that a text names, in milliseconds since 1970; `undefined` if it is none of the three forms, or if there
 * was no such day. All three are UTC.
 *
 * @param now decides the century of a year of two digits: the latest that is not more than 50 years ahead
 */
export function httpDate(text: string, now: number): number | undefined {
  const match = forms.map((form) => form.exec(text)).find((found) => found !== null);
  if (match === undefined) return undefined;
  const said = match.groups as Said;
  // The grammar has leap seconds, a Date has none.
  const clock = said.time.replace(/:60$/, ':59');
  const leap = clock === said.time ? 0 : 1000;
  const [hours, minutes, seconds] = clock.split(':').map(Number);
  const at = (year: number): number => {
    const date = new Date(Date.UTC(1970, 0, 1, hours, minutes, seconds));
    return date.setUTCFullYear(year, months.indexOf(said.month), Number(said.day));
  };
  const year = said.year.length === 4 ? Number(said.year) : fullYear(Number(said.year), at, now);
  const instant = at(year);
  // No 31 February, no hour 24 and no Monday that was a Sunday: the calendar has to say the same.
  const day = said.day.trim().padStart(2, '0');
  const meant = `${said.weekday.slice(0, 3)}, ${day} ${said.month} ${String(year).padStart(4, '0')} ${clock} GMT`;
  return new Date(instant).toUTCString() === meant ? instant + leap : undefined;
}

function fullYear(lastDigits: number, at: (year: number) => number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const limit = new Date(now).setUTCFullYear(thisYear + 50);
  let year = thisYear - (thisYear % 100) + 100 + lastDigits;
  while (at(year) > limit) year -= 100;
  return year;
}
