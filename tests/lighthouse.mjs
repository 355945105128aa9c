// One page's Lighthouse scores (mobile) as JSON: node lighthouse.mjs NODE_MODULES CHROMIUM URL FLAG...
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, chromePath, url, ...chromeFlags] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const load = (name) => import(pathToFileURL(require.resolve(name)));

const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");
const chrome = await launch({ chromePath, chromeFlags: ["--headless", ...chromeFlags] });
try {
  const { lhr } = await lighthouse(url, { port: chrome.port, output: "json", logLevel: "error" });
  const scores = Object.values(lhr.categories).map(({ id, score }) => [id, score]);
  const low = Object.values(lhr.audits).filter(
    ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative",
  );
  console.log(JSON.stringify({ ...Object.fromEntries(scores), low: low.map(({ id }) => id) }));
} finally {
  await chrome.kill();
}
