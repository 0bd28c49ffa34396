// bench_odk.mjs MODULES CHROMIUM SECONDS SESSION - one session played by ODK's engine in a new Chromium.
// Prints one line of JSON: milliseconds of load, create, each set, each repeat added and each choice list made anew
// (from the answer that filters it until its labels are read), a second load in the same page, megabytes of the
// page's heap and of its process at its most. After SECONDS the rest of the session is left out ("steps" says how many were done).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, chromium, seconds, file] = process.argv.slice(2);
const puppeteer = createRequire(path.join(path.resolve(modules), 'x.js'))('puppeteer-core');
const engine = readFileSync(path.join(modules, 'node_modules/@getodk/xforms-engine/dist/index.js'));
const session = JSON.parse(readFileSync(file, 'utf8'));
const folder = path.dirname(path.resolve(file));
const server = createServer((request, reply) => {
  const wanted = request.url === '/engine.js';
  reply.writeHead(200, {
    'content-type': wanted ? 'text/javascript' : 'text/html',
    'cross-origin-opener-policy': 'same-origin', // isolated, a page's clock has 5 microseconds instead of 100
    'cross-origin-embedder-policy': 'require-corp',
  });
  reply.end(wanted ? engine : '<!doctype html><title>bench</title>');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

async function play({ xml, steps, files, now, limit }) {
  const { loadForm } = await import('/engine.js');
  const Real = Date;
  const fixed = Real.parse(now ?? new Real().toISOString());
  window.Date = class extends Real {
    constructor(...a) { a.length ? super(...a) : super(fixed); }
    static now() { return fixed; }
  };
  const attachment = async (url) => {
    const text = files[String(url).split('/').pop()];
    return new Response(text ?? '', { status: text === undefined ? 404 : 200, headers: { 'content-type': 'text/csv' } });
  };
  const opened = async () => {
    const begun = performance.now();
    const form = await loadForm(xml, { missingResourceBehavior: 'BLANK', fetchFormAttachment: attachment });
    const loaded = performance.now();
    if (form.status === 'failure') throw new Error(String(form.error?.message));
    const { root } = form.createInstance({});
    return { root, load: loaded - begun, create: performance.now() - loaded };
  };
  const first = await opened();
  const { root } = first;
  const find = (reference) => {
    let at = root;
    while (at) {
      let deeper = null;
      for (const child of at.currentState.children ?? []) {
        const its = child.currentState.reference;
        if (its === reference) return child;
        if (reference.startsWith(its + '/') || reference.startsWith(its + '[')) {
          deeper = child;
          if (!child.nodeType.startsWith('repeat-range')) break;
        }
      }
      at = deeper;
    }
    return null;
  };
  const words = (text) => text.split(/\s+/).filter(Boolean);
  const answer = (node, value) => {
    if (node.nodeType === 'select') {
      if (node.selectType === 'select') node.selectValues(words(value));
      else node.selectValue(value === '' ? null : value);
    } else if (node.nodeType === 'rank') node.setValues(words(value));
    else if (node.nodeType === 'trigger') node.setValue(value !== '');
    else node.setValue(value === '' && node.valueType !== 'string' ? null : value);
  };
  const result = { load: first.load, create: first.create, sets: [], adds: [], choices: [], steps: 0 };
  const start = performance.now();
  let filtering = 0; // what the answer before took
  for (const step of steps) {
    if (performance.now() - start > limit) break;
    result.steps++;
    const node = find(step.set ?? step.add_repeat ?? step.remove_repeat ?? step.choices ?? '');
    if (!node) continue;
    const begun = performance.now();
    if (step.add_repeat) {
      if (!node.addInstances) continue;
      node.addInstances();
      result.adds.push(performance.now() - begun);
    } else if (step.remove_repeat) {
      node.removeInstances?.(step.index - 1);
    } else if (step.choices) {
      (node.currentState.valueOptions ?? []).map((option) => option.label?.asString);
      result.choices.push(performance.now() - begun + filtering);
    } else if (step.set) {
      const { relevant, readonly, valueOptions } = node.currentState;
      if (!relevant || readonly || ['note', 'model-value', 'upload'].includes(node.nodeType)) continue;
      let value = step.value ?? '';
      if (step.pick) {
        if (!valueOptions?.length) continue;
        value = [...new Set(step.pick.map((k) => valueOptions[k % valueOptions.length].value))].join(' ');
      } else if (node.nodeType === 'select') {
        const offered = new Set(valueOptions.map((option) => option.value));
        if (words(value).some((word) => !offered.has(word))) continue;
      }
      const answering = performance.now();
      try { answer(node, value); } catch { continue; }
      filtering = performance.now() - answering;
      result.sets.push(filtering);
    }
  }
  result.heap = (performance.memory?.usedJSHeapSize ?? 0) / 1048576;
  const again = await opened();
  result.again = again.load + again.create;
  return result;
}

const files = {};
for (const [url, name] of Object.entries(session.external ?? {}))
  files[url.split('/').pop()] = readFileSync(path.resolve(folder, name), 'utf8');
const xml = session.form_xml ?? readFileSync(path.resolve(folder, session.form), 'utf8');
const browser = await puppeteer.launch({ executablePath: chromium, headless: true, protocolTimeout: 0, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const result = await page.evaluate(play, { xml, steps: session.steps, files, now: session.now, limit: seconds * 1000 });
  const system = await browser.target().createCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const most = (id) => Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  result.megabytes = Math.max(...processInfo.filter((one) => one.type === 'renderer').map((one) => most(one.id)));
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
  server.close();
}
