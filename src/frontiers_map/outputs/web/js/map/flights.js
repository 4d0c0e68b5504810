// Where the map goes when a feature, the ways that a closure moves or an overlap is to be seen.

import { latitude, nearest, northing } from '../geo/geo.js';
import { relatives } from '../atlas/model.js';

const around = ([w, s, e, n]) => {
  const padX = Math.max(1, (e - w) * 0.08),
    padY = Math.max(1, (n - s) * 0.1);
  return [w - padX, latitude(s - padY), e + padX, latitude(n + padY)];
};

// Boxes in those copies of the world in which they lie nearest together.
export function together(boxes) {
  const wide = (all) => Math.max(...all.map(([, , e]) => e)) - Math.min(...all.map(([w]) => w));
  const about = (lon) =>
    boxes.map(([w, s, e, n]) => {
      const by = nearest((w + e) / 2, lon) - (w + e) / 2;
      return [w + by, s, e + by, n];
    });
  return boxes.map(([w, , e]) => about((w + e) / 2)).reduce((a, b) => (wide(b) < wide(a) ? b : a));
}

export function addFlights(app) {
  const { atlas, camera, facts, store } = app;
  // Boxes of what a feature is drawn as: a route with the way that it takes now.
  const boxesOf = (key) => {
    const [kind, id] = key.split(':'),
      row = atlas.find(key),
      same = (r) => r.row.id === id;
    if (row?.lon !== undefined) return [[row.lon, northing(row.lat), row.lon, northing(row.lat)]];
    if (kind === 'gate')
      return atlas.gates
        .filter(same)
        .map(({ line }) => line[line.length >> 1])
        .map(([x, y]) => [x, y, x, y]);
    if (kind === 'feature') return atlas.features.filter(same).map((one) => one.box);
    if (kind === 'region') return [atlas.regions.get(id).box];
    return (
      { route: [...atlas.routes, ...app.model().routes], link: atlas.links }[kind]
        ?.filter((r) => same(r) && r.box)
        .map((r) => r.box) ?? []
    );
  };
  const flyToAll = (boxes) => {
    if (!boxes.length) return;
    const all = together(boxes).reduce(([w, s, e, n], b) => [
      Math.min(w, b[0]),
      Math.min(s, b[1]),
      Math.max(e, b[2]),
      Math.max(n, b[3]),
    ]);
    camera.fit(around([all[0], all[1], Math.min(all[2], all[0] + 310), all[3]]), true, 5.5);
  };
  app.flyTo = (key) => {
    const [kind] = key.split(':'),
      row = atlas.find(key);
    if (!row) return;
    const least = row.lon !== undefined ? [4.6, 6] : kind === 'gate' ? [5.4, 6.4] : null;
    if (!least) {
      // What is drawn nowhere itself shows what it touches.
      const drawn = boxesOf(key);
      flyToAll(drawn.length ? drawn : [...relatives(atlas, key)].flatMap(boxesOf));
      return;
    }
    const [x, y] = boxesOf(key)[0];
    camera.look([x, latitude(y), Math.max(least[0], Math.min(least[1], camera.frame().zoom))], true);
  };
  // To the routes that a closure moves, or to the gates that are closed if it moves none.
  app.flyToChanges = () => {
    const moved = app.model().routes.filter((r) => r.result?.changed),
      main = moved.filter((r) => r.row.status !== 'alternative');
    const boxes = (main.length ? main : moved).map((r) => r.box);
    flyToAll([...boxes, ...[...app.model().closed].flatMap((id) => boxesOf(`gate:${id}`))]);
  };
  // Where two readings meet: that of the readings shown or, where those do not, the largest.
  app.showOverlap = () => {
    const { reading, off } = store.get(),
      shown = atlas.overlap(reading);
    const one = shown?.area > 1000 ? shown : facts.overlaps.reduce((a, b) => (b.area > a.area ? b : a));
    const read = Object.fromEntries(
      [one.a, one.b].map((id) => [facts.regions.find((row) => row.id === id).family, id]),
    );
    app.set({
      tab: 'layers',
      selected: null,
      reading: { ...reading, ...read },
      off: off.filter((id) => id !== 'overlaps' && !(id in read)),
    });
    flyToAll([atlas.shared(store.get().reading)?.box].filter(Boolean));
  };
  app.flyToOwn = () =>
    flyToAll(
      app
        .model()
        .routes.filter((r) => r.id === 'own')
        .map((r) => r.box),
    );
  app.home = (fly = true) => {
    const chapter = facts.chapters.find((c) => c.id === store.get().chapter) ?? facts;
    // A wide view in a room that is not wide would be a strip of land between seas.
    const { left, right, top, bottom } = app.insets(),
      narrow = innerWidth - left - right < 1.25 * (innerHeight - top - bottom);
    camera.fit((narrow && chapter.core) || chapter.view, fly);
  };
}
