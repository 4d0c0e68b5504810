// Distances on the ellipsoid between points that the reader sets, in nautical miles and kilometres.

import { el } from '../base/dom.js';
import { arc, distance, nearest, northing } from '../geo/geo.js';
import { copies, spot, stretches } from '../geo/projection.js';

const NM = 1852;

// Lengths of the parts of a line of [lon, lat], in metres.
export const parts = (points) => points.slice(1).map((p, i) => distance(points[i], p));

export function createMeasure(app) {
  /** @type {[number, number][]} */
  let points = [];
  let active = false,
    over = null,
    came = null;
  const total = el('p', { class: 'fm-measure-total', role: 'status' }),
    hint = el('p', { class: 'fm-quiet' });
  const button = (run) => el('button', { type: 'button', class: 'fm-chip', onclick: run });
  const middle = button(() => add(at(app.camera.visible()))),
    undo = button(() => take(points.slice(0, -1)));
  const clear = button(() => take([])),
    close = button(() => stop());
  const title = el('h2', {});
  const node = el(
    'section',
    { class: 'fm-tray-part fm-measure', hidden: true, tabindex: '-1' },
    title,
    total,
    hint,
    el('div', { class: 'fm-chips' }, middle, undo, clear, close),
  );

  /** @returns {[number, number]} */
  const at = ({ lon, lat }) => [lon, lat];
  const add = ([lon, lat]) => take([...points, [points.length ? nearest(lon, points.at(-1)[0]) : lon, lat]]);

  function take(next) {
    points = next;
    write();
    app.redraw();
  }

  function write() {
    const w = app.w(),
      metres = parts(points).reduce((a, b) => a + b, 0);
    title.textContent = w.t('measure');
    total.textContent =
      points.length < 2
        ? w.t('measure_none')
        : `${w.number(metres / NM, metres < 200 * NM ? 1 : 0)} ${w.t('nm')} · ${w.km(Math.round(metres / 1000))}`;
    hint.textContent = w.t('measure_hint');
    middle.textContent = w.t('measure_middle');
    undo.textContent = w.t('undo');
    clear.textContent = w.t('clear');
    close.textContent = w.t('close');
    node.setAttribute('aria-label', w.t('measure'));
    undo.disabled = clear.disabled = points.length === 0;
  }

  function start() {
    active = true;
    came = document.activeElement;
    points = [];
    node.hidden = false;
    app.stage.classList.add('is-measuring');
    write();
    app.tray.changed();
    node.focus({ preventScroll: true });
    app.redraw();
  }

  function stop() {
    active = false;
    over = null;
    points = [];
    node.hidden = true;
    app.stage.classList.remove('is-measuring');
    app.tray.changed();
    if (came && document.contains(came) && came.offsetParent) came.focus();
    else app.stage.focus({ preventScroll: true });
    app.redraw();
  }

  const before = app.onMapClick;
  app.onMapClick = (x, y, event) => {
    if (!active) return before?.(x, y, event) ?? false;
    add(app.camera.degrees(x, y));
    return true;
  };
  app.camera.on('hover', (x, y) => {
    if (!active || !points.length) return;
    over = x < 0 ? null : app.camera.degrees(x, y);
    app.redraw();
  });
  document.addEventListener(
    'keydown',
    (event) => {
      if (!active) return;
      const onMap = document.activeElement === app.stage,
        here = onMap || node.contains(document.activeElement);
      if (event.key === 'Escape') stop();
      else if (onMap && event.key === 'Enter') add(at(app.camera.visible()));
      else if (here && event.key === 'Backspace') take(points.slice(0, -1));
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  function trace(ctx, lines) {
    ctx.beginPath();
    for (const p of lines) for (let i = 0; i < p.length; i += 2) ctx[i ? 'lineTo' : 'moveTo'](p[i], p[i + 1]);
  }

  app.overlays.push({
    over(ctx, f, { palette }) {
      if (!active) return;
      const w = app.w(),
        lengths = parts(points);
      ctx.globalAlpha = 1;
      ctx.lineJoin = 'round';
      const box = points.reduce(
        ([a, , c], [x]) => [Math.min(a, x - 2), 0, Math.max(c, x + 2), 0],
        [Infinity, 0, -Infinity, 0],
      );
      for (const k of points.length ? copies(box, f) : []) {
        const stretch = (a, b, dash) => {
          trace(
            ctx,
            stretches(
              arc(a, b, 0.5).map(([lon, lat]) => [lon, northing(lat)]),
              f,
              k,
            ).map(({ p }) => p),
          );
          ctx.strokeStyle = palette.halo;
          ctx.lineWidth = 5;
          ctx.stroke();
          ctx.setLineDash(dash);
          ctx.strokeStyle = palette.ink;
          ctx.lineWidth = 2;
          ctx.stroke();
          ctx.setLineDash([]);
        };
        points.slice(1).forEach((p, i) => stretch(points[i], p, []));
        if (over && f.live) stretch(points.at(-1), [nearest(over[0], points.at(-1)[0]), over[1]], [4, 4]);
        let sum = 0;
        points.forEach((p, i) => {
          sum += i ? lengths[i - 1] : 0;
          const seen = spot(f, p[0], northing(p[1]), k);
          if (!seen) return;
          const [x, y] = seen;
          ctx.beginPath();
          ctx.arc(x, y, 4.5, 0, 2 * Math.PI);
          ctx.fillStyle = palette.halo;
          ctx.fill();
          ctx.strokeStyle = palette.ink;
          ctx.lineWidth = 2;
          ctx.stroke();
          if (!i) return;
          label(ctx, `${w.number(sum / NM, sum < 200 * NM ? 1 : 0)} ${w.t('nm')}`, x, y - 10, palette);
        });
      }
      if (document.activeElement === app.stage) target(ctx, f, palette);
    },
  });

  // The middle of the visible map, where Enter sets a point.
  function target(ctx, f, palette) {
    const { lon, lat } = app.camera.visible(),
      [x, y] = spot(f, lon, northing(lat));
    for (const [colour, width] of [
      [palette.halo, 4],
      [palette.ink, 1.5],
    ]) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      trace(ctx, [[x - 12, y, x + 12, y]]);
      ctx.stroke();
      trace(ctx, [[x, y - 12, x, y + 12]]);
      ctx.stroke();
    }
  }

  function label(ctx, text, x, y, palette) {
    ctx.font = '600 13px "Atlas Sans", sans-serif';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'alphabetic';
    const wide = ctx.measureText(text).width + 12;
    ctx.fillStyle = palette.paper;
    ctx.beginPath();
    ctx.roundRect(x - wide / 2, y - 14, wide, 19, 4);
    ctx.fill();
    ctx.fillStyle = palette.ink;
    ctx.fillText(text, x, y);
  }

  return {
    node,
    start,
    stop,
    relabel: () => {
      if (active) write();
    },
  };
}
