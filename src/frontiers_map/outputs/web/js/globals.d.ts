// What the checker of types cannot know: what the page finds in its window, and what is put on paths.

/** Leaflet, on a page that layers were added to with Folium. */
declare const L: any;

interface Window {
  L: any;
  leaflet?: any;
  d3?: any;
  frontiersMap: any;
}

interface Uint8ArrayConstructor {
  /** Browsers of 2026 and later. */
  fromBase64?(text: string): Uint8Array;
}

interface Path2D {
  /** A symbol as it is written in the atlas. */
  d?: string;
  /** Trace the path once more, on an object of another class. */
  again?<T>(Kept: new () => T): T;
}
