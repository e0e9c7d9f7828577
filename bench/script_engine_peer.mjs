// Replays answers through ODK's own XForms engine and prints its times as JSON.
// usage: node script_engine_peer.mjs TRACE.json ROUNDS   (run where its packages are installed)
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.cwd()}/`));
const { JSDOM } = require('jsdom');
const { window } = new JSDOM('');
const FROM_BROWSER = ['DOMParser', 'XMLSerializer', 'Node', 'Element', 'Document', 'XMLDocument',
  'Attr', 'Text', 'Comment', 'CDATASection', 'ProcessingInstruction', 'XPathResult', 'document',
  'window', 'NodeFilter'];
for (const name of FROM_BROWSER) globalThis[name] ??= window[name];
for (const name of ['Blob', 'File', 'FormData']) globalThis[name] = window[name];
globalThis.require = require;
globalThis.__dirname = process.cwd();
globalThis.__filename = 'peer.mjs';
const home = `${process.cwd()}/node_modules/@getodk/xforms-engine/`;
const about = JSON.parse(readFileSync(`${home}package.json`, 'utf8'));
const { loadForm } = await import(pathToFileURL(`${home}dist/index.js`).href);

const trace = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const absent = { ok: false, status: 404, text: async () => '', headers: new Headers() };
const loads = [];
const answers = [];
for (let round = 0; round < Number(process.argv[3]); round += 1) {
  const start = performance.now();
  const form = await loadForm(trace.form, { fetchFormAttachment: async () => absent });
  if (form.status === 'failure') throw form.error;
  const { root } = form.createInstance({ geolocationProvider: { getLocation: async () => '' } });
  loads.push(performance.now() - start);
  const nodes = new Map();
  const walk = (node) => {
    nodes.set(node.currentState.reference, node);
    for (const child of node.currentState.children ?? []) walk(child);
  };
  walk(root);
  for (const { ref, value } of trace.answers) {
    const node = nodes.get(ref);
    if (!node) continue;
    const asked = performance.now();
    try {
      if (node.nodeType === 'select') node.selectValues(value ? value.split(' ') : []);
      else if (node.setValue) node.setValue(value);
      else continue;
    } catch {
      continue;
    }
    if (root.validationState.violations.length < 0) throw new Error('never');
    answers.push(performance.now() - asked);
  }
}
console.log(JSON.stringify({ version: about.version, node: process.version, loads, answers }));
