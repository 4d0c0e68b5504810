// What a reader may add to the atlas: pictures in vectors, a printed sheet, distances, own data,
// a presentation, a page inside another.

import { createDrop } from './drop.js';
import { createMeasure } from './measure.js';
import { pictureSvg } from './plate.js';
import { createSheet } from './sheet.js';
import { createTray } from './tray.js';

export function addExtras(app) {
  app.pictureSvg = (name) => pictureSvg(app, name);
  createSheet(app);
  app.tray = createTray(app);
  app.measure = createMeasure(app);
  app.drop = createDrop(app);
  app.tray.add(app.measure.node);
  app.tray.add(app.drop.node);
  app.store.on((now, before, changed) => {
    if (!changed.has('lang')) return;
    app.measure.relabel();
    app.drop.relabel();
  });
}
