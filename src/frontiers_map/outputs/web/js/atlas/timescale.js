// Dates on a line that gives room to the years in which something happened. Pure.

const day = (iso, end = false) => {
  const [y, m, d] = iso.split('-').map(Number);
  return Date.UTC(y, (m ?? (end ? 12 : 1)) - 1, d ?? (end && !m ? 31 : 1)) / 86400000;
};

// Room that a year takes, against others: nearly as many times that of one event as it has events.
const roomOf = (events) => events ** 0.9;
// Years without any share the room of a few, however many they are.
const emptyRoom = (years) => 0.35 * Math.sqrt(years);

// A line for events of `years`, one entry for each, in a record that ends in `year`.
export function createTimescale(years, year) {
  const first = Math.min(...years, year - 1),
    last = Math.max(...years, year + 1);
  const events = new Map([[year, 1]]);
  for (const y of years) events.set(y, (events.get(y) ?? 0) + 1);
  // Years that are written under it, where there is room.
  const ticks = [...events.keys()].sort((a, b) => a - b);
  const bounds = [...new Set([first, ...ticks.flatMap((y) => [y, y + 1]), last + 1])].sort((a, b) => a - b);
  const rooms = bounds
    .slice(1)
    .map((end, i) => (events.has(bounds[i]) ? roomOf(events.get(bounds[i])) : emptyRoom(end - bounds[i])));
  const all = rooms.reduce((sum, room) => sum + room, 0);
  // Dates and shares of the width.
  let sum = 0;
  const stops = bounds.map((y, i) => {
    const stop = [day(`${y}-01-01`), sum / all];
    sum += rooms[i] ?? 0;
    return stop;
  });
  const between = (by, value) => {
    const found = stops.findIndex((stop) => stop[by] >= value);
    const i = Math.max(1, found < 0 ? stops.length - 1 : found);
    return [stops[i - 1], stops[i]];
  };
  const at = (iso) => {
    const d = day(iso),
      [[a, p], [b, q]] = between(0, d);
    return Math.max(0, Math.min(1, p + ((d - a) / (b - a)) * (q - p)));
  };
  const date = (share) => {
    const [[a, p], [b, q]] = between(1, share);
    const d = Math.round(a + ((share - p) / (q - p)) * (b - a));
    return new Date(d * 86400000).toISOString().slice(0, 10);
  };
  return { at, date, ticks };
}

// Dots that would touch are stacked: [{x, …}] sorted by x get `level` 0, 1, 2…
export function stack(dots, gap) {
  const ends = [];
  return [...dots]
    .sort((a, b) => a.x - b.x || (a.id < b.id ? -1 : 1))
    .map((dot) => {
      let level = ends.findIndex((end) => end <= dot.x);
      if (level < 0) level = ends.length;
      ends[level] = dot.x + gap;
      return { ...dot, level };
    });
}
