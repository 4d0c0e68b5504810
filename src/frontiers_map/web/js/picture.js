// The view as a picture, made in the page: PNG from the same painter, SVG, and a sheet for print.

import { download, el } from './dom.js';

export function createPictures(app) {
  const name = (type) => `${app.facts.atlas}-${app.facts.page}.${type}`;

  // A clean copy of the frame, names placed without the panel in the way.
  function canvas(scale = 2) {
    const f = app.camera.frame(), inset = app.insets();
    const width = f.width - inset.left - inset.right, height = f.height - inset.top - inset.bottom, foot = 46;
    const out = el('canvas', { width: Math.round(width * scale), height: Math.round((height + foot) * scale) });
    const map = el('canvas');
    const frame = { ...f, width, height, x0: f.x0 - inset.left, y0: f.y0 - inset.top, moving: false };
    app.painter.paintOn(map, frame, { model: app.model(), palette: app.palette(), words: app.w(), dpr: scale, frozen: true, solid: true });
    const ctx = out.getContext('2d'), w = app.w(), p = app.palette();
    ctx.scale(scale, scale);
    ctx.fillStyle = p.paper;
    ctx.fillRect(0, 0, width, height + foot);
    ctx.drawImage(map, 0, 0, width, height);
    ctx.fillStyle = p.ink;
    ctx.font = '600 15px "Atlas Serif", serif';
    ctx.fillText(w.text(app.facts.title), 10, height + 19);
    ctx.fillStyle = p.quiet;
    ctx.font = '400 11.5px "Atlas Sans", sans-serif';
    ctx.fillText(w.sentence([w.t('record_to', { date: w.date(app.facts.record_to) }), w.text(app.facts.credit).split('\n')[0]]), 10, height + 36, width - 20);
    app.redraw();
    return out;
  }

  function png() {
    canvas().toBlob((blob) => {
      download(name('png'), blob);
      app.say(app.w().t('saved'));
    }, 'image/png');
  }

  return { canvas, png, svg: () => app.pictureSvg?.(name('svg')), print: () => print() };
}
