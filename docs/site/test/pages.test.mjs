import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { GROUPS } from '../lib/contents.mjs'
import { rewriteLinks, stagedPages, sync, write } from '../lib/pages.mjs'

const SITE = { repository: 'https://example.org/r', branch: 'main' }

const rewrite = text => rewriteLinks(text, target => target.toUpperCase())

/** Stages a repository with an index and these files, and gives a function that reads what was staged. */
function stage(context, index, files) {
  const root = mkdtempSync(join(tmpdir(), 'site'))
  context.after(() => rmSync(root, { recursive: true }))
  write(join(root, 'docs/README.md'), GROUPS.map(group => `## ${group}\n\n${group === 'Start' ? index : ''}\n`).join(''))
  for (const [path, text] of Object.entries(files)) {
    write(join(root, path), text)
  }
  const staged = stagedPages(root, SITE)
  return path => staged.get(path).toString()
}

test('links and pictures are rewritten, code is not', () => {
  assert.equal(rewrite('[a](b.md) and ![c](d.png)'), '[a](B.MD) and ![c](D.PNG)')
  assert.equal(rewrite('[`a`](b.md) `[c](d.md)` ``[e](`f.md)`` [g](h.md)'), '[`a`](B.MD) `[c](d.md)` ``[e](`f.md)`` [g](H.MD)')
  assert.equal(rewrite('```\n[a](b.md)\n```\n[c](d.md)'), '```\n[a](b.md)\n```\n[c](D.MD)')
  assert.equal(rewrite('````\n```\n[a](b.md)\n````\n[c](d.md)'), '````\n```\n[a](b.md)\n````\n[c](D.MD)')
  assert.equal(rewrite('[a]: b.md'), '[a]: B.MD')
  assert.equal(rewrite('<a href="b.md">c</a>'), '<a href="B.MD">c</a>')
})

test('links lead to pages, to files of docs, and to the repository', context => {
  const staged = stage(context, '- [Changes](../CHANGELOG.md)\n- [A](a.md)', {
    'CHANGELOG.md': '[a](docs/a.md#b)',
    'LICENSE': '',
    'docs/a.md': '[i](README.md) [c](../CHANGELOG.md) [l](../LICENSE) [d](deep) [p](p.png) [w](https://example.org) [h](#h) [f](../docs/f)',
    'docs/deep/README.md': '[a](../a.md) [i](../README.md)',
    'docs/f/x.json': '{}',
    'docs/p.png': '',
  })
  assert.equal(staged('changelog.md'), '[a](./a.md#b)')
  assert.equal(
    staged('a.md'),
    '[i](./index.md) [c](./changelog.md) [l](https://example.org/r/blob/main/LICENSE) [d](./deep/index.md) [p](./p.png)' +
      ' [w](https://example.org) [h](#h) [f](https://example.org/r/tree/main/docs/f)',
  )
  assert.equal(staged('deep/index.md'), '[a](../a.md) [i](../index.md)')
  assert.equal(staged('public/f/x.json'), '{}')
})

test('a link that leads nowhere is named', context => {
  assert.throws(() => stage(context, '', { 'docs/a.md': '[b](b.md)' }), /dead links:\n {2}docs\/a\.md: b\.md does not exist/)
  assert.throws(() => stage(context, '- [B](b.md)', {}), /docs\/README\.md: b\.md does not exist/)
})

test('what is no longer staged is deleted, except the Javadoc', context => {
  const folder = mkdtempSync(join(tmpdir(), 'site'))
  context.after(() => rmSync(folder, { recursive: true }))
  write(join(folder, 'deep/old.md'), '')
  write(join(folder, 'public/api/index.html'), '')
  sync(new Map([['deep/new.md', 'new']]), folder)
  assert.equal(existsSync(join(folder, 'deep/old.md')), false)
  assert.equal(existsSync(join(folder, 'public/api/index.html')), true)
  assert.equal(readFileSync(join(folder, 'deep/new.md'), 'utf8'), 'new')
})
