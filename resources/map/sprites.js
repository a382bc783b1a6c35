// Every look is drawn once into an atlas; a frame then only copies little pictures.
"use strict";

(function (cc) {
  const SIDE = 32; // pixels of the screen
  const HEADINGS = 32; // directions that are told apart
  const COLUMNS = 16;
  const FADES = [1, 0.62, 0.3]; // fresh (< 2 min), ageing, stale (> 5 min)

  const draw = {
    workstation(g, ink) {
      g.fillStyle = ink("station");
      g.fillRect(-2, -2, 4, 4);
    },

    squad(g, ink, status) {
      g.fillStyle = ink(status === "late" ? "late" : "accent");
      g.strokeStyle = ink("land");
      g.lineWidth = 1.5;
      g.beginPath();
      g.moveTo(0, -5.5);
      g.lineTo(6, 5);
      g.lineTo(-6, 5);
      g.closePath();
      g.stroke();
      g.fill();
    },

    // An arrow points where the officer heads; without a heading it is a drop of the same weight.
    officer(g, ink, status, heading) {
      g.fillStyle = g.strokeStyle = ink(status === "off_duty" ? "ink_3" : "ok");
      g.lineWidth = 1.4;
      g.beginPath();
      if (heading < 0) {
        g.arc(0, 0, 3.2, 0, 2 * Math.PI);
      } else {
        g.rotate((heading * 2 * Math.PI) / HEADINGS);
        g.moveTo(0, -6.5);
        g.lineTo(4.4, 5);
        g.lineTo(0, 2.4);
        g.lineTo(-4.4, 5);
      }
      g.closePath();
      if (status === "busy") g.stroke(); // hollow: at work on a case
      else g.fill();
    },

    case(g, ink, status) {
      const colour = { ordinary: "accent", suspended: "accent", late: "late" }[status] || "urgent";
      g.fillStyle = g.strokeStyle = ink(colour);
      g.beginPath();
      if (status === "late" || status === "overdue") {
        g.moveTo(0, -7.5);
        g.lineTo(7.5, 0);
        g.lineTo(0, 7.5);
        g.lineTo(-7.5, 0);
        g.closePath();
      } else {
        g.arc(0, 0, status === "urgent" ? 6.5 : 5, 0, 2 * Math.PI);
      }
      if (status === "suspended") {
        g.lineWidth = 2;
        g.stroke();
        return;
      }
      g.fill();
      g.strokeStyle = ink("surface");
      g.lineWidth = 1.2;
      g.stroke();
      if (status !== "urgent") return;
      g.strokeStyle = ink("urgent");
      g.globalAlpha *= 0.75;
      g.beginPath();
      g.arc(0, 0, 11.5, 0, 2 * Math.PI);
      g.stroke();
    },
  };

  class Sprites {
    constructor() {
      this.canvas = document.createElement("canvas");
      this.ratio = 1;
      this.ink = () => "";
    }

    // Forget every picture: the colours or the density of the screen changed.
    reset(ratio, ink) {
      this.ratio = ratio;
      this.ink = ink;
      this.side = Math.ceil(SIDE * ratio);
      this.canvas.width = this.canvas.height = this.side * COLUMNS; // 256 looks; there are at most 210
      this.drawn = new Int16Array(cc.KINDS.length * 8 * FADES.length * (HEADINGS + 1)).fill(-1);
      this.used = 0;
    }

    // Where in the atlas the look of an object is; drawn at its first use.
    index(kind, status, fade, heading) {
      const turn = Number.isNaN(heading) ? -1 : Math.round((((heading % 360) + 360) % 360) * (HEADINGS / 360)) % HEADINGS;
      const look = ((kind * 8 + status) * FADES.length + fade) * (HEADINGS + 1) + turn + 1;
      if (this.drawn[look] < 0) this.drawn[look] = this._draw(kind, status, fade, turn);
      return this.drawn[look];
    }

    _draw(kind, status, fade, turn) {
      const name = cc.KINDS[kind];
      const index = this.used++;
      const g = this.canvas.getContext("2d");
      const half = this.side / 2;
      g.setTransform(this.ratio, 0, 0, this.ratio,
        (index % COLUMNS) * this.side + half, Math.floor(index / COLUMNS) * this.side + half);
      g.globalAlpha = FADES[fade];
      draw[name](g, this.ink, cc.STATUSES[name][status], turn);
      return index;
    }
  }

  Sprites.COLUMNS = COLUMNS;
  cc.Sprites = Sprites;
})(window.commandcenter);
