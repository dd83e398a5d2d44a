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
  const figures = JSON.parse(text("figures"));
  const still = { displayModeBar: false, responsive: true, scrollZoom: false };
  const drawn = [];
  for (const [name, figure] of Object.entries(figures)) {
    const place = document.getElementById("chart-" + name);
    await Plotly.newPlot(place, figure.data, figure.layout, still);
    drawn.push(place);
  }
  const folds = document.querySelectorAll("details.folded");
  for (const fold of folds) {
    fold.addEventListener("toggle", () => drawn.forEach((each) => fold.contains(each) && Plotly.Plots.resize(each)));
  }
  const paper = 680;
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...folds].filter((fold) => !fold.open);
    opened.forEach((fold) => { fold.open = true; });
    drawn.forEach((each) => Plotly.relayout(each, { width: paper, autosize: false }));
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((fold) => { fold.open = false; });
    drawn.forEach((each) => Plotly.relayout(each, { width: null, autosize: true }));
  });
  document.documentElement.dataset.drawn = String(drawn.length);
})();
