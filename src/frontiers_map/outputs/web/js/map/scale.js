// Zoom buttons and a scale bar that follows the latitude at the middle of the visible map.

import { el } from '../base/dom.js';
import { icon } from '../base/icons.js';
import { eastward } from '../geo/projection.js';

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

export function createScale(app) {
  const make = (name, run) => el('button', { type: 'button', class: 'fm-zoom-button', onclick: run }, icon(name));
  const buttons = [
    make('plus', () => app.camera.zoomBy(0.7)),
    make('minus', () => app.camera.zoomBy(-0.7)),
    make('home', () => app.home()),
  ];
  const round = make('flat', () => app.set({ map: app.camera.isGlobe() ? 'flat' : 'globe' }));
  if (app.round) buttons.push(round);
  // The map runs rightward in every language, what is written on it does not.
  const label = el('span', { class: 'fm-scale-text', dir: 'auto' }),
    bar = el('span', { class: 'fm-scale-bar' });
  const node = el(
    'div',
    { class: 'fm-corner' },
    el('div', { 'class': 'fm-zoom', 'data-cover': '' }, buttons),
    el('div', { 'class': 'fm-scale', 'data-cover': '', 'aria-hidden': 'true' }, label, bar),
  );
  return {
    node,
    relabel() {
      const w = app.w();
      const globe = app.camera.isGlobe();
      round.replaceChildren(icon(globe ? 'flat' : 'globe'));
      ['zoom_in', 'zoom_out', 'whole_view', ...(app.round ? [globe ? 'as_flat_map' : 'as_globe'] : [])].forEach(
        (key, i) => {
          buttons[i].setAttribute('aria-label', w.t(key));
          buttons[i].title = w.t(key);
        },
      );
    },
    update(f) {
      const w = app.w(),
        lat = Math.max(-80, Math.min(80, app.camera.visible().lat));
      // A degree of longitude at this latitude has 60 nautical miles times its cosine.
      const perNm = eastward(f, lat) / (60 * Math.cos((lat * Math.PI) / 180));
      const nm = [...STEPS].reverse().find((s) => s * perNm <= 120) ?? 1;
      const text = `${w.nm(nm)} · ${w.apart(`${Math.abs(Math.round(lat))}°${lat < -0.5 ? 'S' : lat > 0.5 ? 'N' : ''}`)}`;
      const wide = `${Math.round(nm * perNm)}px`;
      // Text and width are only touched when they change: each touch is a layout.
      if (label.textContent !== text) label.textContent = text;
      if (bar.style.width !== wide) bar.style.width = wide;
    },
  };
}
