// A position as people type it: "35.4N 139.8E", "35°24′N 139°48′E", or two numbers, longitude first.
// Null where the text is none; a problem, by its key, where it is one that cannot be.

const PART =
  /([-+]?\d+(?:[.,]\d+)?)\s*(?:°|º|deg|d|度)?\s*(?:(\d+(?:[.,]\d+)?)\s*(?:['′’m分])\s*(?:(\d+(?:[.,]\d+)?)\s*(?:["″”s秒]|'')\s*)?)?\s*([NSEWO北南東西])?/giy;

const LONGEST = 200;

const number = (text) => Number((text ?? '0').replace(',', '.'));

// One coordinate: its degrees, and the letter that says which it is.
function part(text, from) {
  PART.lastIndex = from;
  const found = PART.exec(text);
  if (!found) return null;
  const [all, degrees, minutes, seconds, letter] = found,
    sign = degrees.startsWith('-') ? -1 : 1;
  const size = Math.abs(number(degrees)) + number(minutes) / 60 + number(seconds) / 3600;
  const mark = { 北: 'N', 南: 'S', 東: 'E', 西: 'W', O: 'W' }[letter?.toUpperCase()] ?? letter?.toUpperCase() ?? '';
  return {
    value: sign * size * (mark === 'S' || mark === 'W' ? -1 : 1),
    mark,
    end: from + all.trimEnd().length,
    fine: number(minutes) < 60 && number(seconds) < 60,
  };
}

// A single coordinate with nothing after it, as in a cell of a table: its letter first or last, its
// parts with their marks or parted by spaces; NaN if it is none.
export function readDegrees(given) {
  if (given.length > LONGEST) return Number.NaN;
  const lead = /^([NSEW])\s*(.+)$/i.exec(given.trim()),
    whole = lead ? `${lead[2]}${lead[1]}` : given.trim();
  const clean = whole.replace(
    /^([-+]?\d+)\s+(\d+(?:\.\d+)?)(?:\s+(\d+(?:\.\d+)?))?\s*([NSEW]?)$/i,
    (all, d, m, s, letter) => `${d}°${m}′${s ? `${s}″` : ''}${letter}`,
  );
  const one = part(clean, 0);
  return one && one.fine && one.end === clean.length ? one.value : Number.NaN;
}

export function readPosition(given) {
  // Two whole numbers are two coordinates, not one with a decimal comma.
  const text = given
      .trim()
      .replace(/^[([]|[)\]]$/g, '')
      .replace(/^([-+]?\d+),([-+]?\d+)$/, '$1 $2'),
    one = text.length > LONGEST ? null : part(text, 0);
  if (!one) return null;
  const gap = /^\s*[,;/、\s]\s*|^/.exec(text.slice(one.end))[0],
    two = part(text, one.end + gap.length);
  if (!two || two.end !== text.length || (!gap && !one.mark)) return null;
  const north = (c) => c.mark === 'N' || c.mark === 'S',
    east = (c) => c.mark === 'E' || c.mark === 'W';
  if ((north(one) && north(two)) || (east(one) && east(two))) return { problem: 'position_twice' };
  const [lon, lat] = north(one) || east(two) ? [two.value, one.value] : [one.value, two.value];
  if (!one.fine || !two.fine || Math.abs(lat) > 90 || Math.abs(lon) > 360) return { problem: 'position_range' };
  return { lon, lat };
}
