// What lies over the map: panel, card, time line and whatever else says so.

export function createCovers(app, { panel, card, time }) {
  const { root, store } = app;
  // Everything that covers the map: names keep off it, and views are fitted beside it.
  // `hidden`: how much of the window lies wholly under the panel, left and below.
  let covers = [],
    hidden = { left: 0, bottom: 0 };
  const measure = () => {
    inset = null;
    root.style.setProperty('--time', `${time.node.offsetHeight}px`);
    covers = [...root.querySelectorAll('[data-cover]')]
      .map((node) => node.getBoundingClientRect())
      .filter((r) => r.width > 0 && r.height > 0)
      .map((r) => [r.left - 2, r.top - 2, r.right + 2, r.bottom + 2]);
    const at = panel.node.getBoundingClientRect(),
      line = time.node.getBoundingClientRect();
    const under = app.w().rtl ? 0 : at.width && at.right;
    hidden = app.phone()
      ? { left: 0, bottom: at.height && innerHeight - at.top }
      : { left: under, bottom: line.height && innerHeight - line.top };
    for (const [name, side] of [
      ['--beside', 'left'],
      ['--below', 'bottom'],
    ])
      root.style.setProperty(name, `${hidden[side]}px`);
  };
  // Asked for in every frame, and each answer is a layout: kept until something has changed.
  let inset = null;
  const insets = () => (inset ??= besides());
  const besides = () => {
    if (store.get().embed || store.get().present) return app.besides();
    const at = panel.node.getBoundingClientRect();
    if (app.phone()) {
      const low = Math.min(innerHeight - at.top, innerHeight * 0.5);
      return { left: 8, top: 34, right: 8, bottom: low + 8 };
    }
    const line = time.node.getBoundingClientRect(),
      beside = card.isOpen() && innerWidth > 1180 ? card.node.offsetWidth + 16 : 16;
    const sides = app.w().rtl
      ? { left: beside, right: innerWidth - at.left + 12 }
      : { left: at.right + 12, right: beside };
    return { ...sides, top: 12, bottom: line.height ? innerHeight - line.top + 6 : 12 };
  };
  return {
    measure,
    insets,
    forget: () => {
      inset = null;
    },
    covers: () => covers,
    hidden: () => hidden,
  };
}
