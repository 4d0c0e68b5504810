import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore, fromHash, toHash } from '../../../../src/frontiers_map/outputs/web/js/atlas/state.js';

const setBy = (id) => (id === 'two' ? { off: ['gates'], date: '2026-03-02', closed: ['hormuz'], opened: [] } : { off: [], date: null, closed: [], opened: [] });
const start = { view: null, lang: 'en', tab: 'story', chapter: 'one', ...setBy('one'), reading: { a: 'a1', b: 'b1' }, selected: null, speed: 17, own: null, wash: 1, theme: 'auto', embed: false, present: false };
const known = { languages: ['en', 'it', 'ja'], chapters: ['one', 'two'], layers: ['gates', 'routes'], readings: { a: ['a1', 'a2'], b: ['b1'] }, gates: ['hormuz', 'malacca'],
  has: (key) => ['gate:hormuz', 'place:rome'].includes(key), point: (id) => ['t1', 't2'].includes(id) };
const read = (hash) => fromHash(hash, start, known, setBy);

test('every part of the state goes there and back', () => {
  for (const patch of [
    { lang: 'ja' }, { tab: 'routes' }, { chapter: 'two', ...setBy('two') }, { chapter: 'two', ...setBy('two'), closed: [] }, { off: ['routes'] },
    { reading: { a: 'a2', b: 'b1' } }, { closed: ['hormuz', 'malacca'] }, { opened: ['malacca'] }, { selected: 'gate:hormuz' }, { date: '2026-01-16' },
    { speed: 14.5 }, { own: { from: 't1', to: 't2', via: ['malacca'] } }, { theme: 'dark' }, { view: [-170.5, 12.25, 3.5] }, { embed: 'story' }, { embed: 'map' },
  ]) {
    const state = { ...start, ...patch };
    assert.deepEqual(read(toHash(state, start, setBy)), state, JSON.stringify(patch));
  }
});

test('the beginning needs no address', () => assert.equal(toHash(start, start, setBy), '#'));

test('the longitude is stored folded', () => assert.match(toHash({ ...start, view: [725, 0, 2] }, start, setBy), /v=5\.000,/));

test('nonsense gives the beginning', () => {
  for (const hash of ['', '#', '#x', '#=1', '#l=xx&t=yy&ch=zz', '#v=NaN,1,2', '#v=1,2', '#v=0,99,3', '#kn=1e9', '#kn=', '#s=gate:<b>', '#own=t1', '#own=t1,__proto__',
    '#x=__proto__,constructor', '#off=<img>', '#d=2026-02-31', '#d=9999-99-99', '#%E0%A4%A=1', '#l=%FF', '#th=url(x)', '#em=2', `#${'&'.repeat(9000)}`]) {
    const state = read(hash);
    assert.deepEqual({ ...state, closed: [], off: [] }, { ...start }, hash);
    assert.deepEqual(state.closed, []);
  }
});

test('the store tells what has changed, once, and is frozen', () => {
  const store = createStore({ a: 1, b: [1] }), told = [];
  store.on((now, before, changed, how) => told.push([now.a, before.a, [...changed], how]));
  store.set({ a: 1, b: [1] });
  assert.equal(told.length, 0);
  store.set({ a: 2, b: [1] }, { push: true });
  assert.deepEqual(told, [[2, 1, ['a'], { push: true }]]);
  assert.throws(() => { store.get().a = 3; });
});
