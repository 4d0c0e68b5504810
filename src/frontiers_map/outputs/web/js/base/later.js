// What can wait: made at its first use, or once the page has been drawn.

export const once = (make) => {
  let made = null;
  return () => (made ??= make());
};

// Work that waits for `begin()`: then one piece after the other, with room between them for the
// reader. What comes after that waits for nothing but its turn.
export function createQueue() {
  const waiting = [];
  let begun = false,
    busy = false;
  const run = async () => {
    busy = true;
    while (waiting.length) {
      await new Promise((done) => {
        setTimeout(done, 4);
      });
      await waiting.shift()();
    }
    busy = false;
  };
  return {
    add(...work) {
      waiting.push(...work);
      if (begun && !busy) run();
    },
    begin() {
      begun = true;
      if (!busy) run();
    },
  };
}
