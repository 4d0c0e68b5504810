// Starts the page: facts, state, camera, painter, panel; then keeps them in step.

import { fromBase64 } from './bytes.js';
import { unpackAreas } from './backdrop.js';
import { bunzip } from './bzip.js';
import { createCamera } from './camera.js';
import { createCard } from './card.js';
import { chapterState, mapOf } from './chapters.js';
import { levelFor, unpackLevel, unpackLines } from './coast.js';
import { createAtlas } from './data.js';
import { el } from './dom.js';
import { createPainter } from './draw.js';
import { addExtras } from './extras.js';
import { latitude, northing, useMercator } from './geo.js';
import { hitTest } from './hit.js';
import { walkMap } from './inview.js';
import { watchKeys } from './keys.js';
import { createQueue } from './later.js';
import { createModel, layersOf, relatives } from './model.js';
import { createPanel } from './panel.js';
import { readPalette } from './palette.js';
import { createPictures } from './picture.js';
import { createScale } from './scale.js';
import { createScene } from './scene.js';
import { createScenarios } from './closures.js';
import { createNetwork } from './sea.js';
import { createSeaRoom } from './searoom.js';
import { showSource } from './sources.js';
import { createStore, fromHash, toHash } from './state.js';
import { createTime } from './time.js';
import { createWords } from './words.js';

const block = (name) => {
  const node = document.getElementById(`fm-${name}`);
  return node ? JSON.parse(node.textContent) : null;
};

const unpack = (text) => JSON.parse(new TextDecoder().decode(bunzip(fromBase64(text))));

function beginning(atlas) {
  const { facts } = atlas;
  const reading = Object.fromEntries(facts.families.map((f) => [f.id, f.recommended]));
  const first = facts.chapters[0] ?? null;
  return {
    view: null, lang: facts.languages.find((l) => navigator.language?.startsWith(l)) ?? facts.languages[0],
    tab: first ? 'story' : 'layers', chapter: first?.id ?? null, ...chapterState(atlas, first?.id), reading,
    selected: null, speed: facts.ship.speed_kn ?? 17, own: null, wash: 1, theme: 'auto', map: null, embed: false, present: false,
  };
}

const knownTo = (atlas) => ({
  languages: atlas.facts.languages,
  chapters: atlas.facts.chapters.map((c) => c.id),
  layers: layersOf(atlas.facts),
  readings: Object.fromEntries(atlas.facts.families.map((f) => [
    f.id, atlas.facts.regions.filter((r) => r.family === f.id).map((r) => r.id)])),
  gates: atlas.facts.gates.map((g) => g.id),
  has: (key) => atlas.find(key) !== null,
  point: (id) => Boolean(atlas.find(`terminal:${id}`) ?? atlas.find(`place:${id}`)),
});

const SHEET = matchMedia('(max-width: 47.4375em), (max-width: 56.1875em) and (orientation: portrait)');
const FACES = ['400 13px "Atlas Sans"', 'italic 400 13px "Atlas Sans"', '600 13px "Atlas Sans"', '600 20px "Atlas Serif"', 'italic 400 14px "Atlas Serif"'];

async function start(root, stage, camera) {
  // Letters, coast and network come on their own while the page is put together.
  const faces = Promise.all(FACES.map((face) => document.fonts.load(face, 'Aé'))).catch(() => null);
  const coast = block('coast'), borders = block('borders'), sea = block('sea');
  const lie = async () => {
    const { depths, lands } = block('backdrop');
    return { depths: await unpackAreas(depths), lands: await unpackAreas(lands) };
  };
  const level = (i) => unpackLevel(coast[i].data, coast[i].q);
  const parts = Promise.all([level(0), unpackLines(borders.data, borders.q), sea ? createNetwork(sea) : null, lie()]);
  const facts = unpack(block('facts')), strings = unpack(block('strings'));
  if (facts.basemap) {
    useMercator();
    camera.basemap(facts.basemap);
    root.classList.add('has-basemap');
    root.append(el('p', { class: 'fm-credit', text: facts.basemap.credit }));
  }
  const atlas = createAtlas(facts), speak = createWords(strings, facts);
  const begin = beginning(atlas), setBy = (id) => chapterState(atlas, id), known = knownTo(atlas);
  const store = createStore(fromHash(location.hash, begin, known, setBy));
  const canvas = el('canvas', { class: 'fm-canvas', 'aria-hidden': 'true' }), ground = el('canvas', { class: 'fm-ground', 'aria-hidden': 'true', hidden: true });
  const live = el('div', { class: 'fm-live', role: 'status', 'aria-live': 'polite' });
  root.prepend(ground, canvas);
  root.append(live);

  /** @type {Record<string, any>} */
  const app = {
    atlas, facts, store, begin, root, stage, live, queue: createQueue(),
    w: () => speak(store.get().lang), words: speak,
    overlays: [], say: (text) => { live.textContent = text; },
    phone: () => SHEET.matches,
    set: (patch, push = true) => store.set(patch, { push }),
  };
  app.select = (key, { fly = false } = {}) => {
    store.set({ selected: key }, { push: true });
    if (fly && key) app.flyTo(key);
  };

  const [coarse, edges, network, behind] = await parts;
  app.network = network;
  const scenarios = createScenarios(atlas, app.network);
  app.scenarios = scenarios;
  const derive = createModel(atlas, scenarios, createSeaRoom(coarse));
  let model = derive(store.get()), palette = null;
  app.model = () => model;
  app.palette = () => palette;

  app.toast = toaster(root, app.say);
  app.showSource = (id) => showSource(app, id);
  const panel = createPanel(app), card = createCard(app), time = createTime(app);
  app.panel = panel;
  app.card = card;

  // Everything that covers the map: names keep off it, and views are fitted beside it.
  // `hidden`: how much of the window lies wholly under the panel, left and below.
  let covers = [], hidden = { left: 0, bottom: 0 };
  const measure = () => {
    inset = null;
    root.style.setProperty('--time', `${time.node.offsetHeight}px`);
    covers = [...root.querySelectorAll('[data-cover]')].map((node) => node.getBoundingClientRect())
      .filter((r) => r.width > 0 && r.height > 0).map((r) => [r.left - 2, r.top - 2, r.right + 2, r.bottom + 2]);
    const at = panel.node.getBoundingClientRect(), line = time.node.getBoundingClientRect();
    const under = app.w().rtl ? 0 : at.width && at.right;
    hidden = app.phone() ? { left: 0, bottom: at.height && innerHeight - at.top } : { left: under, bottom: line.height && innerHeight - line.top };
    for (const [name, side] of [['--beside', 'left'], ['--below', 'bottom']]) root.style.setProperty(name, `${hidden[side]}px`);
  };
  // Asked for in every frame, and each answer is a layout: kept until something has changed.
  let inset = null;
  app.insets = () => (inset ??= besides());
  const besides = () => {
    if (store.get().embed || store.get().present) return app.besides();
    const at = panel.node.getBoundingClientRect();
    if (app.phone()) {
      const low = Math.min(innerHeight - at.top, innerHeight * 0.5);
      return { left: 8, top: 34, right: 8, bottom: low + 8 };
    }
    const line = time.node.getBoundingClientRect(), beside = card.isOpen() && innerWidth > 1180 ? card.node.offsetWidth + 16 : 16;
    const sides = app.w().rtl ? { left: beside, right: innerWidth - at.left + 12 } : { left: at.right + 12, right: beside };
    return { ...sides, top: 12, bottom: line.height ? innerHeight - line.top + 6 : 12 };
  };

  // As far towards the poles as anything is drawn, new ways among it.
  const reach = () => model.routes.forEach(({ box }) => box && camera.reach(latitude(box[1]), latitude(box[3])));
  camera.reach(...facts.reach);
  reach();

  camera.setInsets(() => app.insets());
  app.camera = camera;
  // Tiles, and layers that a user added to Leaflet's plane, want the flat map.
  app.round = !facts.basemap && !layered;
  const painter = createPainter({ atlas, overlays: app.overlays });
  app.painter = painter;
  const scale = createScale(app);
  root.append(scale.node);
  app.pictures = createPictures(app);
  // What is hidden is so before anybody measures.
  store.on((now) => {
    root.classList.toggle('is-embed', Boolean(now.embed));
    root.classList.toggle('is-present', now.present);
  });
  addExtras(app);
  const scene = createScene(canvas, ground, painter, { camera, covers: () => covers, under: () => hidden,
    look: () => ({ model, palette, words: app.w(), dpr: Math.min(2, devicePixelRatio || 1) }) });
  app.scene = scene;

  // One turn for any number of wishes; and on, until the picture shows what the camera sees.
  // Meanwhile the page is marked as busy, for those who wait to take a picture of it.
  let asked = 0;
  const turn = (now, hurry = false) => {
    asked = 0;
    const more = scene.turn(now, hurry);
    scale.update(camera.frame());
    if (more) ask();
    else root.toggleAttribute('data-busy', camera.isMoving());
  };
  // Nothing is shown before there is land; the first picture then comes whole.
  const ask = () => {
    if (asked || !painter.levels()) return;
    asked = requestAnimationFrame(turn);
    root.toggleAttribute('data-busy', true);
  };
  const redraw = () => {
    scene.want();
    ask();
  };
  app.redraw = redraw;

  const recolour = () => {
    const { theme } = store.get();
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    palette = readPalette(document.documentElement, facts.style.roles, facts.families);
    palette.halo = palette.paper;
    panel.recolour?.();
    redraw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);

  // Boxes of what a feature is drawn as: a route with the way that it takes now.
  const boxesOf = (key) => {
    const [kind, id] = key.split(':'), row = atlas.find(key), same = (r) => r.row.id === id;
    if (row?.lon !== undefined) return [[row.lon, northing(row.lat), row.lon, northing(row.lat)]];
    if (kind === 'gate') return atlas.gates.filter(same).map(({ line }) => line[line.length >> 1]).map(([x, y]) => [x, y, x, y]);
    if (kind === 'feature') return atlas.features.filter(same).map((one) => one.box);
    if (kind === 'region') return [atlas.regions.get(id).box];
    return { route: [...atlas.routes, ...model.routes], link: atlas.links }[kind]?.filter((r) => same(r) && r.box).map((r) => r.box) ?? [];
  };
  const flyToAll = (boxes) => {
    if (!boxes.length) return;
    const home = boxes.map(([w, s, e, n]) => {
      const by = -360 * Math.round(((w + e) / 2 - 110) / 360);
      return [w + by, s, e + by, n];
    });
    const all = home.reduce(([w, s, e, n], b) => [Math.min(w, b[0]), Math.min(s, b[1]), Math.max(e, b[2]), Math.max(n, b[3])]);
    camera.fit(around([all[0], all[1], Math.min(all[2], all[0] + 310), all[3]]), true, 5.5);
  };
  app.flyTo = (key) => {
    const [kind] = key.split(':'), row = atlas.find(key);
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
    const moved = model.routes.filter((r) => r.result?.changed), main = moved.filter((r) => r.row.status !== 'alternative');
    const boxes = (main.length ? main : moved).map((r) => r.box);
    flyToAll([...boxes, ...[...model.closed].flatMap((id) => boxesOf(`gate:${id}`))]);
  };
  // Where two readings meet: that of the readings shown or, where those do not, the largest.
  app.showOverlap = () => {
    const { reading, off } = store.get(), shown = atlas.overlap(reading);
    const one = shown?.area > 1000 ? shown : facts.overlaps.reduce((a, b) => (b.area > a.area ? b : a));
    const read = Object.fromEntries([one.a, one.b].map((id) => [facts.regions.find((row) => row.id === id).family, id]));
    app.set({ tab: 'layers', selected: null, reading: { ...reading, ...read }, off: off.filter((id) => id !== 'overlaps' && !(id in read)) });
    flyToAll([atlas.shared(store.get().reading)?.box].filter(Boolean));
  };
  app.flyToOwn = () => flyToAll(model.routes.filter((r) => r.id === 'own').map((r) => r.box));
  app.home = (fly = true) => {
    const chapter = facts.chapters.find((c) => c.id === store.get().chapter) ?? facts;
    // A wide view in a room that is not wide would be a strip of land between seas.
    const { left, right, top, bottom } = app.insets(), narrow = innerWidth - left - right < 1.25 * (innerHeight - top - bottom);
    camera.fit((narrow && chapter.core) || chapter.view, fly);
  };

  const turnGlobe = (now) => {
    const on = Boolean(app.round) && mapOf(atlas, now) === 'globe', turned = on !== camera.isGlobe();
    camera.setGlobe(on);
    if (turned && !calm.matches) canvas.animate({ opacity: [0, 1] }, 400);
    return turned;
  };

  watchAddress(app, begin, known, setBy);
  // Past the head and the tabs, to what is read.
  const skip = el('button', { type: 'button', class: 'fm-skip', onclick: () => panel.body.focus() });
  const retitle = () => {
    const w = app.w();
    skip.textContent = w.t('skip');
    document.title = w.text(facts.title);
    stage.setAttribute('aria-label', w.t('map_label'));
    scale.relabel();
  };

  camera.on('move', ask);
  const hit = (x, y, touch) => hitTest(...scene.at(x, y), { hits: scene.hits(), atlas, model, frame: scene.frame(), touch });
  camera.on('click', (x, y, event) => {
    if (app.picking) {
      app.picking(x, y);
      return;
    }
    if (app.onMapClick?.(x, y, event)) return;
    app.select(hit(x, y, event?.pointerType === 'touch' || app.phone()));
    if (card.isOpen()) camera.uncover(x, y, card.node.getBoundingClientRect(), app.phone());
  });
  camera.on('hover', (x, y) => {
    const key = x < 0 || camera.isMoving() ? null : hit(x, y, false);
    stage.classList.toggle('is-over', Boolean(key) && !key.startsWith('region:'));
  });
  addEventListener('resize', () => {
    inset = null;
    camera.resize();
    time.resize();
    measure();
    redraw();
  });
  watchKeys(app);
  walkMap(app);

  const speakAs = (lang) => Object.assign(document.documentElement, { lang, dir: app.w().rtl ? 'rtl' : '' });
  speakAs(store.get().lang);
  document.documentElement.classList.add('fm-on');
  root.classList.toggle('is-embed', Boolean(store.get().embed));
  recolour();
  panel.update(store.get(), null);
  card.update(store.get());
  retitle();
  // With its letters at hand the page is laid out once.
  await faces;
  root.prepend(skip, panel.node);
  scale.node.before(card.node, time.node);
  time.update(store.get());
  if (turnGlobe(store.get())) scale.relabel();
  if (store.get().view) camera.look(store.get().view);
  else app.home(false);
  scale.update(camera.frame());
  measure();
  store.set({ view: camera.view() }, { replace: true });
  store.on((now, before, changed, how) => {
    if (changed.size === 1 && changed.has('view')) return;
    const turned = turnGlobe(now);
    if (changed.has('lang')) speakAs(now.lang);
    if (changed.has('theme')) recolour();
    if (['tab', 'chapter', 'off', 'reading', 'closed', 'opened', 'selected', 'date', 'own', 'speed', 'wash'].some((k) => changed.has(k))) model = derive(now);
    reach();
    panel.update(now, changed);
    card.update(now);
    time.update(now);
    if (changed.has('lang') || turned) retitle();
    measure();
    // What was the whole view of one is a small disc, or a strip, of the other.
    if (turned && changed.has('map') && how.push && camera.visible().zoom < 3.2) app.home(false);
    if (changed.has('chapter') && now.chapter && how.fly !== false) app.home();
    redraw();
  });
  camera.on('end', () => {
    store.set({ view: camera.view() }, { replace: true });
    app.afterMove?.();
    redraw();
  });

  // The levels of the coast that this view shows, and the whole picture; then those below.
  const needed = levelFor(camera.frame().zoom, false, coast.length);
  painter.addLevel(coarse);
  for (let i = 1; i <= needed; i += 1) painter.addLevel(await level(i));
  painter.setBorders(edges);
  painter.setBackdrop(behind);
  turn(performance.now(), true);
  await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
  for (let i = needed + 1; i < coast.length; i += 1) app.queue.add(async () => painter.addLevel(await level(i)));
  app.queue.add(redraw, ...rehearsals(app, derive, setBy));
  app.queue.begin();
  return app;
}

// What a turn to each chapter will ask for, reckoned while the reader reads the first: its ways
// round closed straits, a route at a time, which lines run together, and then their lanes.
const rehearsals = (/** @type {any} */ { facts, store, scenarios }, derive, setBy) => facts.chapters.flatMap(({ id }) => {
  const state = () => ({ ...store.get(), ...setBy(id), chapter: id, tab: 'story', selected: null, own: null });
  const closing = setBy(id).closed.length ? facts.routes : [];
  const drawn = () => derive(state()).routes.find((r) => r.points);
  const sail = (row) => {
    const result = scenarios.of(row, state());
    if (result?.changed && result.line) derive.wayOf(result);
  };
  return [...closing.map((row) => () => sail(row)), () => drawn()?.meet(), () => drawn()?.lane(true)];
});

// A line of text that shows for a while and is read out.
function toaster(root, say) {
  let timer = 0, node = null;
  return (text, lasts = 2600) => {
    node?.remove();
    clearTimeout(timer);
    node = el('div', { class: 'fm-toast', text });
    root.append(node);
    say(text);
    timer = setTimeout(() => node.remove(), lasts);
  };
}

const around = ([w, s, e, n]) => {
  const padX = Math.max(1, (e - w) * 0.08), padY = Math.max(1, (n - s) * 0.1);
  return [w - padX, latitude(s - padY), e + padX, latitude(n + padY)];
};

// The hash follows the state, and the state follows the hash.
function watchAddress(app, begin, known, setBy) {
  const { store } = app;
  const write = (push) => {
    const hash = toHash(store.get(), begin, setBy);
    if (hash === location.hash) return;
    try {
      history[push ? 'pushState' : 'replaceState'](null, '', hash);
    } catch {
      // A page inside a notebook has no address of its own.
    }
  };
  store.on((now, before, changed, how) => {
    if (how.fromAddress) return;
    const only = changed.size === 1 && changed.has('view');
    write(Boolean(how.push) && !only);
  });
  addEventListener('popstate', () => {
    const next = fromHash(location.hash, begin, known, setBy);
    const { view } = next;
    store.set({ ...next, view: view ?? store.get().view }, { fromAddress: true, fly: false });
    if (view) app.camera.look(view, true);
    else app.home();
  });
}

// The word on what keeps these scripts from running.
document.getElementById('fm-blocked')?.remove();
// Leaflet's map exists from the first moment, so that scripts further down can add layers to it.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const root = el('div', { id: 'fm', class: 'fm' });
const stage = el('div', { class: 'fm-stage', tabindex: '0', role: 'region' });
root.append(stage);
document.body.append(root);
// Leaflet gives the map the focus when it is pressed: the frame round it is for those who came by keys.
stage.addEventListener('pointerdown', () => stage.classList.add('is-pressed'), true);
stage.addEventListener('blur', () => stage.classList.remove('is-pressed'));
stage.addEventListener('keydown', () => stage.classList.remove('is-pressed'), true);
const camera = createCamera(stage, { calm: () => calm.matches, busy: () => stage.classList.contains('is-measuring') });
const layered = document.documentElement.hasAttribute('data-layers'), addressed = /[#&]v=/.test(location.hash);
let app = null;

const ready = start(root, stage, camera).then((made) => { app = made; });

window.frontiersMap = Object.freeze({
  version: document.querySelector('meta[name=generator]')?.getAttribute('content') ?? '',
  ready,
  state: () => app?.store.get() ?? null,
  ...(layered ? { leaflet: camera.leaflet, insets: () => app.insets(), measure: () => app.measure.start(), addressed } : {}),
});

// Nothing else stays global, unless layers of the reader's own need it.
if (!layered) {
  delete window.L;
  delete window.leaflet;
}

ready.catch((error) => {
  document.documentElement.classList.add('fm-failed');
  throw error;
});
