// What each route carries in a year, by the rule of analysis/exposure.py, and how wide that is drawn.

// Pixels for a million tonnes a year; of the widest band; of a line of which no tonnes are known.
const PER_MT = 0.55,
  WIDEST = 16;
export const THREAD = 1.5;

// A trade that has been halted was in use while the terminal that it leaves was.
export function statusAt(atlas, row, date) {
  const from = row.status === 'halted' && atlas.find(`terminal:${row.from}`);
  return from && atlas.terminalStatus(from, date)?.status === 'operating' ? 'active' : row.status;
}

// A supplier's year is divided evenly among its routes in use; if none is, among those that stand still.
export const loads = (atlas, date) =>
  atlas.facts.supply.flatMap((figure) => {
    const trades = atlas.facts.routes.filter((r) => r.importer === figure.importer && r.supplier === figure.supplier);
    const of = (status) => trades.filter((r) => statusAt(atlas, r, date) === status);
    const active = of('active'),
      halted = !active.length,
      carrying = halted ? of('halted') : active;
    return carrying.map((row) => ({
      importer: figure.importer,
      row,
      figure,
      halted,
      mt: figure.mt / carrying.length,
      share: figure.share / carrying.length,
    }));
  });

// The width of a band in pixels, whatever the zoom: its tonnes on a scale that the legend shows.
export const bandWidth = ({ supply }, mt) =>
  mt * Math.min(PER_MT, WIDEST / supply.reduce((most, figure) => Math.max(most, figure.mt), 0));
