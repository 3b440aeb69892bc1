// Returns the texts whose contrast with what lies behind them is below a minimum (WCAG 2.2, 1.4.3).
(minimum) => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const linear = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const [red, green, blue, alpha = 1] = channels(getComputedStyle(element).backgroundColor);
      if (alpha === 1) return [red, green, blue];
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.body.querySelectorAll("*")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    if (!text || element.closest("svg, .unseen, dialog, .skip") || !element.checkVisibility()) continue;
    const [one, other] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < minimum) poor.push(`${ratio.toFixed(2)}: ${element.tagName} "${text.slice(0, 40)}"`);
  }
  return poor;
}
