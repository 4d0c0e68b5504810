// Numbers out of an adaptive arithmetic coder, and its bytes out of text: sea/arithmetic.py writes
// them and tells how.

const ONE = 65536,
  SLOWEST = 64,
  LEAST = 16777216,
  PLACES = 512,
  KINDS = 16;
// Printable characters that stand for themselves in a string of JSON in a script element.
const DIGITS = Array.from({ length: 92 }, (_, i) => String.fromCharCode(35 + i))
  .filter((c) => !'&<>\\'.includes(c))
  .slice(0, 85);

export function fromBase85(text) {
  const digit = new Map(DIGITS.map((c, i) => [c, i])),
    bytes = new DataView(new ArrayBuffer((text.length / 5) * 4));
  for (let i = 0; i < text.length; i += 5) {
    let value = 0;
    for (let k = i; k < i + 5; k += 1) value = value * 85 + digit.get(text[k]);
    bytes.setUint32((i / 5) * 4, value);
  }
  return new Uint8Array(bytes.buffer);
}

// Gives a function that reads the next number of a kind.
export function decoder(bytes) {
  const zero = new Uint16Array(KINDS * PLACES).fill(ONE / 2),
    seen = new Uint8Array(KINDS * PLACES).fill(1);
  let at = 0,
    code = 0,
    range = 2 ** 32 - 1;
  const next = () => {
    code = code * 256 + (bytes[at] ?? 0);
    at += 1;
  };
  for (let i = 0; i < 4; i += 1) next();
  const bit = (place) => {
    const bound = (range >>> 16) * zero[place],
      found = code >= bound ? 1 : 0;
    seen[place] = Math.min(seen[place] + 1, SLOWEST);
    if (found) {
      code -= bound;
      range -= bound;
      zero[place] -= Math.floor(zero[place] / seen[place]);
    } else {
      range = bound;
      zero[place] += Math.floor((ONE - zero[place]) / seen[place]);
    }
    for (; range < LEAST; range *= 256) next();
    return found;
  };
  return (kind) => {
    const place = kind * PLACES;
    let length = 0,
      number = 1;
    while (bit(place + length)) length += 1;
    for (let k = 0; k < length; k += 1)
      number = 2 * number + bit(place + 32 + 16 * length + (k < 3 ? number : 8 + Math.min(k - 3, 7)));
    return number - 1;
  };
}
