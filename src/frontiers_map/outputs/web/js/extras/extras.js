// What a reader may add to the atlas: pictures in vectors, a printed sheet, distances, own data,
// a presentation, a page inside another.

import { createDrop } from './drop.js';
import { createEmbed, leaveScrolling } from './embed.js';
import { createMeasure } from './measure.js';
import { pictureSvg } from './plate.js';
import { createPresenter } from './present.js';
import { createSheet } from './sheet.js';
import { createTray } from './tray.js';

export function addExtras(app) {
  app.pictureSvg = (name) => pictureSvg(app, name);
  createSheet(app);
  app.tray = createTray(app);
  app.measure = createMeasure(app);
  app.drop = createDrop(app);
  leaveScrolling(app);
  app.tray.add(app.measure.node);
  app.tray.add(app.drop.node);
  const slides = createPresenter(app).node,
    strip = createEmbed(app).node;
  // Room beside the slides, or beside the strip of a page inside another.
  app.besides = () => {
    const beside = app.store.get().present ? slides : strip,
      at = beside.getBoundingClientRect(),
      none = at.width === 0;
    return app.phone()
      ? { left: 8, top: 34, right: 8, bottom: (none ? 0 : Math.min(innerHeight - at.top, innerHeight * 0.6)) + 8 }
      : { left: none ? 12 : at.right + 12, top: 12, right: 16, bottom: 30 };
  };
  app.store.on((now, before, changed) => {
    // A harbour to be picked on the map belongs to the fields that the reader has left.
    if (changed.has('lang') || changed.has('tab')) app.picking = null;
    if (!changed.has('lang')) return;
    app.measure.relabel();
    app.drop.relabel();
  });
}
