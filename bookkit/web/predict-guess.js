/* The guess, drawn over a chart and moved by a pointer; predict.js does the rest. */

const bookkitGuess = (() => {
  const RADII = [7, 22]; // of a handle, and of the disc in which a finger still takes hold of it

  /** Signed distance from a guess to the nearest recorded value; 0 inside the range. */
  const gapOf = ({ low, high }, guess) => guess - Math.min(Math.max(guess, low), high);

  function scale({ from, to, log }) {
    const [bend, unbend] = log ? [Math.log, Math.exp] : [(value) => value, (value) => value];
    const [low, high] = from.map(bend);
    return {
      pixel: (value) => to[0] + (bend(value) - low) / (high - low) * (to[1] - to[0]),
      value: (pixel) => unbend(low + (pixel - to[0]) / (to[1] - to[0]) * (high - low)),
    };
  }

  function snap({ min, max, step }, value) {
    const steps = Math.round((Math.min(Math.max(value, min), max) - min) / step);
    return Number(Math.min(min + steps * step, max).toPrecision(12));
  }

  const place = (target, attributes) =>
    Object.entries(attributes).forEach(([name, value]) => target.setAttribute(name, value));

  function shape(parent, tag, name, attributes = {}) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    place(made, { class: name, ...attributes });
    return parent.appendChild(made);
  }

  /** Add the guess to a drawing; `tell(i, value)` hears where the pointer puts handle i. */
  function draw(svg, data, say, tell) {
    const { pixel, value } = scale(data.scale);
    const across = data.axis === "x"; // the guess is read along x
    const [left, top, width, height] = data.plot;
    const [begin, span] = across ? [left, width] : [top, height];
    const point = (along, at) => across ? [along, at] : [at, along];
    const join = (...points) => "M" + points.map((pair) => pair.join(" ")).join("L");

    const layer = shape(svg, "g", "bk-guess");
    const hit = shape(layer, "rect", "bk-hit",
      { x: left - 8, y: top - 8, width: width + 16, height: height + 16 });
    const line = shape(layer, "path", "bk-dashed");
    if (data.anchor) {
      shape(layer, "circle", "bk-anchor", { cx: data.anchor[0], cy: data.anchor[1], r: 4 });
    }
    const marks = data.handles.map(({ label, at }) => {
      if (data.rows) { // the chart leaves it to the guess to name each event's row
        shape(layer, "path", "bk-row", { d: join([left, at], [left + width, at]) });
        shape(layer, "text", "bk-tag bk-event", { x: left, y: at - 12 }).textContent = label;
      }
      const group = shape(layer, "g", "bk-mark");
      const [gap, outline] = ["bk-gapline", "bk-dashed"].map((name) => shape(group, "path", name));
      const [reach, knob] = ["bk-reach", "bk-knob"].map((name) => shape(group, "circle", name));
      return { group, gap, outline, reach, knob, tag: shape(group, "text", "bk-tag") };
    });

    /** A rule across the plot, or the outline of a bar. */
    function form({ at, half }, along) {
      if (data.kind === "line" || data.kind === "dates") return "";
      const [base, a, b] = [pixel(data.base), at - half, at + half];
      if (data.kind === "bars") {
        return join(point(base, a), point(along, a), point(along, b), point(base, b));
      }
      return across ? `M${along} ${top}v${height}` : `M${left} ${along}h${width}`;
    }

    function render(guesses) {
      data.handles.forEach((handle, i) => {
        const { group, gap, outline, reach, knob, tag } = marks[i];
        const along = pixel(guesses[i]);
        const inside = along >= begin - 1 && along <= begin + span + 1;
        group.toggleAttribute("hidden", !inside); // a typed guess may lie outside the axis
        if (!inside) return;
        const [x, y] = point(along, handle.at);
        const truth = point(pixel(guesses[i] - gapOf(handle, guesses[i])), handle.at);
        place(gap, { d: join([x, y], truth) });
        place(outline, { d: form(handle, along) });
        [knob, reach].forEach((circle, k) => place(circle, { cx: x, cy: y, r: RADII[k] }));
        // The words keep clear of the edge and, once it is shown, of the record.
        const fixed = layer.classList.contains("bk-fixed");
        const shown = fixed && truth[across ? 0 : 1] !== along;
        // Inside a recorded range the record lies above and below: the words stand beside it.
        const beside = across || (fixed && !shown && handle.low < handle.high);
        const late = x > left + width * 0.85;
        const end = late || (across && (shown ? truth[0] > x : x > left + width * 0.65));
        const under = !across && (shown ? truth[1] < y : y < top + 24);
        place(tag, {
          x: beside ? x + (end ? -14 : 14) : x, y: beside ? y + 4 : y + (under ? 24 : -14),
          "text-anchor": beside ? (end ? "end" : "start") : "middle",
        });
        tag.textContent = say(guesses[i]);
      });
      if (data.kind !== "line") return;
      const knots = data.handles.map((handle, i) => point(pixel(guesses[i]), handle.at));
      place(line, { d: join(...(data.anchor ? [data.anchor, ...knots] : knots)) });
    }

    let held = -1; // the handle that the pointer holds
    const mark = (i) =>
      marks.forEach(({ group }, k) => group.classList.toggle("bk-active", k === i));
    const holding = (yes) => layer.classList.toggle("bk-held", yes);
    function follow(event) {
      const { x, y } = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(svg.getScreenCTM().inverse());
      const far = (i) => Math.abs(data.handles[i].at - (across ? y : x));
      if (held < 0 || data.kind === "line") { // a line is drawn in one sweep over its handles
        held = data.handles.reduce((best, _, i) => far(i) < far(best) ? i : best, 0);
      }
      mark(held);
      tell(held, snap(data, value(across ? x : y)));
    }
    const drag = (event) => layer.classList.contains("bk-held") && follow(event);
    const on = (name, action) => layer.addEventListener(`pointer${name}`, action);
    on("down", (event) => {
      if (event.button || data.kind === "number") return;
      layer.setPointerCapture(event.pointerId);
      held = -1;
      holding(true);
      // A finger on the plot may be about to scroll the page: wait until it moves or lifts.
      if (event.pointerType !== "touch" || event.target !== hit) follow(event);
      event.preventDefault();
    });
    on("move", drag);
    on("up", (event) => { drag(event); holding(false); });
    on("cancel", () => holding(false));
    return { layer, render, mark, knob: (i) => marks[i].knob };
  }

  return { draw, gapOf };
})();
