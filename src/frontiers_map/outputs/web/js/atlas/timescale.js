// Dates on a line that gives most room to the year of the story. Pure.

const day = (iso, end = false) => {
  const [y, m, d] = iso.split('-').map(Number);
  return Date.UTC(y, (m ?? (end ? 12 : 1)) - 1, d ?? (end && !m ? 31 : 1)) / 86400000;
};

// A line for events of `years`, in a record that ends in `year`: that one is the crowded one and
// gets most room, the years before the last two decades get next to none.
export function createTimescale(years, year) {
  const first = Math.min(...years, year - 22),
    last = Math.max(...years, year + 1);
  // Dates and shares of the width.
  const stops = [
    [day(`${first}-01-01`), 0],
    [day(`${year - 21}-01-01`), 0.05],
    [day(`${year - 1}-01-01`), 0.26],
    [day(`${year}-01-01`), 0.4],
    [day(`${year + 1}-01-01`), 0.86],
    [day(`${last}-12-31`), 1],
  ];
  // Years that are written under it, where there is room.
  const ticks = [first, ...[-19, -11, -4, -2, -1, 0, 1, 4, 9].map((by) => year + by).filter((y) => y <= last)];
  const at = (iso) => {
    const d = day(iso);
    const i = Math.max(
      1,
      stops.findIndex(([s]) => s >= d) === -1 ? stops.length - 1 : stops.findIndex(([s]) => s >= d),
    );
    const [[a, p], [b, q]] = [stops[i - 1], stops[i]];
    return Math.max(0, Math.min(1, p + ((d - a) / (b - a)) * (q - p)));
  };
  const date = (share) => {
    const i = Math.max(
      1,
      stops.findIndex(([, q]) => q >= share),
    );
    const [[a, p], [b, q]] = [stops[i - 1], stops[i]];
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
