// What lies under the objects and changes only with the view: areas, their names, the heat of past cases.
"use strict";

(function (cc) {
  const NEAR = 0.6; // pixels: outline points closer than this to the last one are not drawn
  const SOFTNESS = 4; // the heat is painted this many times coarser than the screen and stretched
  const BELOW = 13; // pixels: a name stands under the squad that often stands in the middle
  const REACH = 22; // pixels of the screen that one past case warms

  function rings(geometry) {
    if (geometry.type === "Polygon") return geometry.coordinates;
    if (geometry.type === "MultiPolygon") return geometry.coordinates.flat();
    throw new Error(`an area is a polygon, not ${geometry.type}`);
  }

  function projected(ring) {
    const flat = new Float64Array(ring.length * 2);
    ring.forEach((point, i) => flat.set(cc.project(point[0], point[1]), i * 2));
    return flat;
  }

  function middle(ring) {
    let area = 0, x = 0, y = 0;
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const cross = ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
      area += cross;
      x += (ring[j] + ring[i]) * cross;
      y += (ring[j + 1] + ring[i + 1]) * cross;
    }
    return area ? { x: x / (3 * area), y: y / (3 * area), area: Math.abs(area) } : { x: ring[0], y: ring[1], area: 0 };
  }

  class Ground {
    constructor() {
      this.areas = [];
      this.bounds = null; // world pixels: [left, top, right, bottom]
      this.heat = { heat_7: new Float64Array(0), heat_30: new Float64Array(0) };
      this.coarse = document.createElement("canvas");
    }

    setAreas(areas) {
      const bounds = [Infinity, Infinity, -Infinity, -Infinity];
      this.areas = areas.map((area) => {
        const outlines = rings(area.geometry).map(projected);
        for (const ring of outlines) {
          for (let i = 0; i < ring.length; i += 2) {
            bounds[0] = Math.min(bounds[0], ring[i]);
            bounds[1] = Math.min(bounds[1], ring[i + 1]);
            bounds[2] = Math.max(bounds[2], ring[i]);
            bounds[3] = Math.max(bounds[3], ring[i + 1]);
          }
        }
        const middles = outlines.map(middle).sort((a, b) => b.area - a.area);
        return { label: area.label, outlines, at: middles[0] };
      });
      this.bounds = this.areas.length ? bounds : null;
    }

    setHeat(name, points) {
      const flat = new Float64Array(points.length);
      for (let i = 0; i < points.length; i += 2) flat.set(cc.project(points[i], points[i + 1]), i);
      this.heat[name] = flat;
    }

    paint(g, view, ink, layers, tiled) {
      if (!tiled) {
        g.fillStyle = ink("sea");
        g.fillRect(0, 0, view.width, view.height);
      }
      if (layers.areas) this._paintAreas(g, view, ink, tiled);
      if (layers.heat_30) this._paintHeat(g, view, ink, this.heat.heat_30);
      if (layers.heat_7) this._paintHeat(g, view, ink, this.heat.heat_7);
      if (layers.areas) this._paintNames(g, view, ink);
    }

    _paintAreas(g, view, ink, tiled) {
      g.fillStyle = ink("land");
      g.strokeStyle = ink("area_line");
      g.lineWidth = 1;
      g.lineJoin = "round";
      for (const area of this.areas) {
        g.beginPath();
        for (const ring of area.outlines) this._trace(g, view, ring);
        if (!tiled) g.fill("evenodd");
        g.stroke();
      }
    }

    _trace(g, view, ring) {
      let lastX = Infinity, lastY = Infinity;
      for (let i = 0; i < ring.length; i += 2) {
        const x = ring[i] * view.scale - view.left;
        const y = ring[i + 1] * view.scale - view.top;
        if (Math.abs(x - lastX) + Math.abs(y - lastY) < NEAR) continue;
        if (i === 0) g.moveTo(x, y);
        else g.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      g.closePath();
    }

    // A name gives way where it would lie on another one; the larger area keeps its name.
    _paintNames(g, view, ink) {
      const taken = [];
      g.font = view.font;
      g.textAlign = "center";
      g.textBaseline = "middle";
      g.lineJoin = "round";
      g.lineWidth = 3;
      for (const area of [...this.areas].sort((a, b) => b.at.area - a.at.area)) {
        const x = area.at.x * view.scale - view.left;
        const y = area.at.y * view.scale - view.top + BELOW;
        const half = g.measureText(area.label).width / 2 + 3;
        if (x < -half || y < -20 || x > view.width + half || y > view.height + 20) continue;
        if (taken.some((t) => Math.abs(t.x - x) < t.half + half && Math.abs(t.y - y) < 16)) continue;
        taken.push({ x, y, half });
        g.strokeStyle = ink("land");
        g.strokeText(area.label, x, y);
        g.fillStyle = ink("ink_2");
        g.fillText(area.label, x, y);
      }
    }

    // Warmth adds up as opacity on a coarse canvas; then opacity is turned into the token's colour.
    _paintHeat(g, view, ink, points) {
      const width = Math.max(1, Math.ceil(view.width / SOFTNESS));
      const height = Math.max(1, Math.ceil(view.height / SOFTNESS));
      this.coarse.width = width;
      this.coarse.height = height;
      const c = this.coarse.getContext("2d");
      const reach = REACH / SOFTNESS;
      const spot = this._spot(reach, ink("urgent"));
      for (let i = 0; i < points.length; i += 2) {
        const x = (points[i] * view.scale - view.left) / SOFTNESS;
        const y = (points[i + 1] * view.scale - view.top) / SOFTNESS;
        if (x > -reach && y > -reach && x < width + reach && y < height + reach) c.drawImage(spot, x - reach, y - reach);
      }
      g.save();
      g.globalAlpha = 0.7;
      g.imageSmoothingEnabled = true;
      g.drawImage(this.coarse, 0, 0, width * SOFTNESS, height * SOFTNESS);
      g.restore();
    }

    _spot(reach, colour) {
      const spot = document.createElement("canvas");
      spot.width = spot.height = Math.ceil(reach * 2);
      const s = spot.getContext("2d");
      const fall = s.createRadialGradient(reach, reach, 0, reach, reach, reach);
      fall.addColorStop(0, colour);
      fall.addColorStop(1, "transparent");
      s.globalAlpha = 0.22;
      s.fillStyle = fall;
      s.fillRect(0, 0, spot.width, spot.height);
      return spot;
    }
  }

  cc.Ground = Ground;
})(window.commandcenter);
