// The numbers of histograms: what the packages stats, scaling and chart of
// darksite compute, step by step in the same order, so that a view has the same
// bins and counts here and there. No page, no drawing.
var darksiteHistograms = (function () {
  "use strict";

  // A histogram from a shard: {values, counts}, rising values in e-/s. Runs are
  // counts of consecutive whole numbers, negative ones numbers without pixels.
  function decode(coded) {
    if (!coded.runs && !coded.values) {
      return { values: [], counts: [] };
    }
    if (coded.values) {
      return { values: coded.values.map(Math.fround), counts: coded.counts };
    }
    const values = [];
    const counts = [];
    let next = coded.from;
    for (const n of coded.runs) {
      if (n < 0) {
        next -= n;
        continue;
      }
      values.push(next);
      counts.push(n);
      next++;
    }
    return { values, counts };
  }

  function merge(parts) {
    const sums = new Map();
    for (const part of parts) {
      part.values.forEach((v, i) => sums.set(v, (sums.get(v) || 0) + part.counts[i]));
    }
    const values = [...sums.keys()].sort((a, b) => a - b);
    return { values, counts: values.map((v) => sums.get(v)) };
  }

  // A shard with the histograms of its parts, "ccd" and "A" to "D".
  function read(shard) {
    const parts = {};
    (shard.quadrants || []).forEach((coded, i) => {
      parts["ABCD"[i]] = decode(coded);
    });
    parts.ccd = shard.whole ? decode(shard.whole) : merge(Object.values(parts));
    return { id: shard.id, name: shard.name, temp: shard.temp, parts };
  }

  // The distance of neighbouring possible values (stats.Lattice).
  function lattice(h) {
    if (h.values.length < 2) {
      return 1;
    }
    let step = 5;
    for (let i = 1; i < h.values.length; i++) {
      step = Math.min(step, h.values[i] - h.values[i - 1]);
    }
    return step < 0.25 ? 0 : step;
  }

  // Pixels per 1 e-/s between edges; each value is spread over the lattice, so
  // that bins narrower than it show no comb (stats.Density).
  function density(h, edges) {
    const out = new Array(edges.length - 1).fill(0);
    const half = lattice(h) / 2;
    let bin = 0;
    for (let i = 0; i < h.values.length; i++) {
      const value = h.values[i];
      const low = value - half;
      const high = value + half;
      while (bin < out.length && edges[bin + 1] <= low) {
        bin++;
      }
      if (half === 0) {
        if (bin < out.length && value >= edges[bin]) {
          out[bin] += h.counts[i];
        }
        continue;
      }
      for (let b = bin; b < out.length && edges[b] < high; b++) {
        const overlap = Math.min(high, edges[b + 1]) - Math.max(low, edges[b]);
        out[b] += (h.counts[i] * Math.max(0, overlap)) / (2 * half);
      }
    }
    return out.map((n, b) => n / (edges[b + 1] - edges[b]));
  }

  // Pixels strictly above a threshold.
  function above(h, threshold) {
    let n = 0;
    for (let i = h.values.length - 1; i >= 0 && h.values[i] > threshold; i--) {
      n += h.counts[i];
    }
    return n;
  }

  // The per-pixel law (chandra_aca dark_model, 2024): D' = D exp(k(D) (T'-T)).
  const lowest = 20;
  const highest = 1e4;
  const origin = 0.190718453 * 265.15;
  const slope0 = -4.88802057 - 1.66791619e-4 * 265.15;
  const slope1 = -0.222596103;
  const slope2 = -2.45720364e-3;
  const slope = (y) => slope0 + y * (slope1 + y * slope2);
  const factors = {
    "per-pixel": (degrees) => Math.exp(slope(Math.log(lowest) - origin) * degrees),
    uniform: (degrees) => Math.pow(1 / 0.7, degrees / 4),
    historic: (degrees) => Math.pow(10, degrees / 21),
  };

  // The dark current at one temperature that becomes one at another by a law
  // (scaling.Source). All laws keep the order of pixels, so thresholds and edges
  // are brought back instead of pixels forth.
  function between(law, from, to) {
    const degrees = to - from;
    if (degrees === 0) {
      return (rate) => rate;
    }
    const factor = factors[law](degrees);
    if (law !== "per-pixel") {
      return (rate) => rate / factor;
    }
    const hottest = Math.exp(slope(Math.log(highest) - origin) * degrees);
    return function (rate) {
      if (rate <= lowest * factor) {
        return rate / factor;
      }
      if (rate >= highest * hottest) {
        return rate / hottest;
      }
      const a = slope2 * degrees;
      const b = 1 + slope1 * degrees;
      const c = origin + slope0 * degrees - Math.log(rate);
      const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
      const y = b >= 0 ? (-2 * c) / (b + root) : (root - b) / (2 * a);
      return Math.min(highest, Math.max(lowest, Math.exp(y + origin)));
    };
  }

  const significant = (v) => Number(v.toPrecision(6));

  // Edges of the bins of a view, as package chart has them.
  function edges(near, cumulative) {
    const list = [];
    if (near) {
      for (let k = -20; k <= 61; k++) {
        list.push(k - 0.5);
      }
      return list;
    }
    for (let i = -6; i <= 80; i++) {
      const edge = Math.pow(10, Math.log10(2) + 0.05 * i);
      list.push(cumulative ? significant(edge) : edge);
    }
    return list;
  }

  // What a view shows of a histogram at its edges. source brings a rate back to
  // the map's own temperature; without one nothing is scaled.
  function values(h, at, cumulative, source) {
    if (cumulative) {
      return at.map((edge) => above(h, source ? source(edge) : edge));
    }
    if (!source) {
      return density(h, at);
    }
    const own = at.map(source);
    return density(h, own).map((d, b) => (d * (own[b + 1] - own[b])) / (at[b + 1] - at[b]));
  }

  return { read, merge, lattice, density, above, between, edges, values, significant };
})();
