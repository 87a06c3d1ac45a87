import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { write } from '../lib/pages.mjs'

const CHECK = new URL('../check.mjs', import.meta.url).pathname

/** What check.mjs says about a site below /b/ with these files. */
function check(context, files) {
  const output = mkdtempSync(join(tmpdir(), 'site'))
  context.after(() => rmSync(output, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    write(join(output, path), text)
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [CHECK], {
    encoding: 'utf8',
    env: { ...process.env, TENON_SITE_OUTPUT: output, TENON_SITE_BASE: '/b/' },
  })
  return { status, text: stdout + stderr }
}

test('links that lead somewhere are counted', context => {
  const { status, text } = check(context, {
    'index.html': '<a href="/b/deep/a.html#x&amp;y">a</a> <a href="#here">b</a> <p id="here"></p> <a href="https://example.org">c</a>',
    'deep/a.html': '<h1 id="x&amp;y">x</h1> <a href="../">i</a> <meta http-equiv="refresh" content="0; url=../index.html#here">',
  })
  assert.equal(text, '2 pages, 4 links, none of them dead.\n')
  assert.equal(status, 0)
})

test('each fault is named', context => {
  const { status, text } = check(context, {
    'index.html':
      '<a href="none.html">a</a> <img src="/b/none.png"> <a href="/c/">c</a> <a class="x" href="#none">d</a>' +
      ' <script src="https://example.org/x.js"></script> <link rel="stylesheet" href="//example.org/x.css">',
    'a.css': '@import url("https://example.org/f.css");',
  })
  assert.equal(status, 1)
  for (const fault of [
    'none.html leads nowhere',
    '/b/none.png leads nowhere',
    '/c/ is not below /b/',
    '#none names an anchor that is not there',
    '<script> loads https://example.org/x.js',
    '<link> loads //example.org/x.css',
    'a.css: loads https://example.org/f.css',
  ]) {
    assert.ok(text.includes(fault), `${fault}\nis not in\n${text}`)
  }
})
