// What a reader may add to the atlas: pictures in vectors, a printed sheet, distances, own data,
// a presentation, a page inside another.

import { pictureSvg } from './plate.js';
import { createSheet } from './sheet.js';

export function addExtras(app) {
  app.pictureSvg = (name) => pictureSvg(app, name);
  createSheet(app);
}
