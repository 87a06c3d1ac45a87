import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMarkdownRenderer } from 'vitepress'
import { bracesAreText, tabs } from '../.vitepress/markdown.mjs'

const md = await createMarkdownRenderer('.', { config: md => md.use(bracesAreText).use(tabs) })
const TWO = '<!-- tabs -->\n\n**Maven**\n\n`mvn`\n\n**Gradle**\n\ntext\n\n- list\n\n<!-- /tabs -->\n'

test('alternatives become tabs', () => {
  const html = md.render(`${TWO}\nafter`, { path: 'page.md' })
  assert.match(html, /<div class="snippet-tabs">\s*<input type="radio" name="tabs-1" id="tabs-1-0" data-label="Maven" checked>/)
  assert.match(html, /<label for="tabs-1-1">Gradle<\/label><div class="snippet-tab">\s*<p>text<\/p>/)
  assert.doesNotMatch(html, /<strong>/)
  assert.equal(html.match(/<div/g).length, html.match(/<\/div>/g).length)
  assert.match(html, /<\/div><\/div>\s*<p>after<\/p>/)
})

test('the tabs of two groups do not switch each other off', () => {
  const html = md.render(`${TWO}\n${TWO}`, { path: 'page.md' })
  assert.match(html, /name="tabs-1"/)
  assert.match(html, /name="tabs-2"/)
})

test('what is not alternatives is refused', () => {
  const refused = (text, message) => assert.throws(() => md.render(text, { path: 'page.md' }), message)
  refused('<!-- tabs -->\n\ntext\n', /page\.md: <!-- tabs --> is not followed by a paragraph in bold/)
  refused('<!-- tabs -->\n\n**A**\n\n<!-- /tabs -->\n', /does not end two tabs or more/)
  refused('<!-- tabs -->\n\n**A**\n', /has no <!-- \/tabs -->/)
})

test('braces are text', () => {
  assert.match(md.render('a {{ b }} c', { path: 'page.md' }), /a &#123;&#123; b }} c/)
})
