// The view as a picture, made in the page: PNG from the same painter, SVG, and a sheet for print.

import { download } from './dom.js';
import { plateCanvas } from './plate.js';

export function createPictures(app) {
  const name = (type) => `${app.facts.atlas}-${app.facts.page}.${type}`;
  const canvas = () => plateCanvas(app, 2);

  function png() {
    canvas().toBlob((blob) => {
      download(name('png'), blob);
      app.say(app.w().t('saved'));
    }, 'image/png');
  }

  return { canvas, png, svg: () => app.pictureSvg?.(name('svg')), print: () => print() };
}
