"use strict";
(async () => {
  const text = (id) => document.getElementById(id).textContent;
  const tell = (why) => {
    for (const each of document.querySelectorAll(".plot")) {
      each.textContent = "This figure could not be drawn (" + why + "); its numbers are below.";
      each.style.minHeight = "0";
    }
  };
  try {
    const packed = Uint8Array.from(atob(text("plotly")), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.appendChild(script);
  } catch (error) {
    tell("the browser is older than 2023: " + error.message);
    return;
  }
  const PAPER = 680;
  const figures = JSON.parse(text("figures"));
  const place = (name) => document.getElementById("chart-" + name);
  const names = Object.keys(figures);
  const slim = window.matchMedia("(max-width: 40rem)");
  const still = { displayModeBar: false, responsive: true, scrollZoom: false };

  // Words in lines of so many letters, parted as Plotly parts lines.
  const broken = (words, most) => {
    const lines = [""];
    for (const word of words.split(" ")) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length + 1 > most) lines.push(word);
      else lines[lines.length - 1] = last ? last + " " + word : word;
    }
    return lines.join("<br>");
  };
  const breaks = (words) => words.split("<br>").length - 1;

  // Panels that stood beside each other, one below the other.
  const stack = (layout, count) => {
    for (let k = 0; k < count; k += 1) {
      const suffix = k ? String(k + 1) : "";
      const top = 1 - k / count;
      const tall = (1 / count) * 0.66;
      layout["xaxis" + suffix].domain = [0, 1];
      layout["yaxis" + suffix].domain = [top - tall, top];
      Object.assign(layout.annotations[k], { x: 0, y: top });
    }
    layout.height = Math.round(layout.height * (count / Math.ceil(count / 2)) * 0.85);
  };

  // A figure for a width: headings in lines; on a narrow screen long names too, and panels below each other.
  const fitted = (figure, width, small) => {
    const { data, layout } = structuredClone(figure);
    const most = Math.max(20, Math.floor((width - 60) / 7.2));
    if (small) narrow(data, layout, most);
    const notes = layout.annotations || [];
    for (const each of notes) {
      each.text = broken(each.text, most);
      if (breaks(each.text)) each.font = { ...each.font, size: 11 };
    }
    layout.height += 28 * notes.length * Math.max(0, ...notes.map((each) => breaks(each.text)));
    return { data, layout };
  };

  const narrow = (data, layout, most) => {
    for (const each of data) {
      if (each.name && each.showlegend !== false) {
        each.name = broken(each.name, most);
        layout.height += 17 * breaks(each.name);
      }
      if (each.yaxis === "y2" && each.mode === "text") each.textfont.size = 9;
    }
    layout.margin = { ...layout.margin, l: Math.min(layout.margin.l, 52), r: Math.min(layout.margin.r, 10) };
    for (const [key, axis] of Object.entries(layout)) {
      const title = /^[xy]axis/.test(key) && axis.title && axis.title.text;
      if (title) axis.title.text = broken(title, most);
    }
    if (layout.meta && layout.meta.panels > 1) stack(layout, layout.meta.panels);
  };

  const draw = (name) => {
    const box = place(name);
    const { data, layout } = fitted(figures[name], box.clientWidth || document.body.clientWidth, slim.matches);
    box.style.minHeight = layout.height + "px";
    return Plotly.react(box, data, layout, still);
  };
  for (const name of names) await draw(name);
  slim.addEventListener("change", () => names.forEach(draw));

  const folds = document.querySelectorAll("details.folded");
  for (const fold of folds) {
    fold.addEventListener("toggle", () => names.forEach((name) => fold.contains(place(name)) && Plotly.Plots.resize(place(name))));
  }
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...folds].filter((fold) => !fold.open);
    opened.forEach((fold) => { fold.open = true; });
    for (const name of names) {
      const { data, layout } = fitted(figures[name], PAPER, false);
      if (!layout.annotations) layout.height = Math.round(0.76 * layout.height);
      place(name).style.minHeight = layout.height + "px";
      Plotly.react(place(name), data, { ...layout, width: PAPER, autosize: false }, still);
    }
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((fold) => { fold.open = false; });
    names.forEach(draw);
  });
  document.documentElement.dataset.drawn = String(names.length);
})();
