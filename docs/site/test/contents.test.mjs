import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GROUPS, parseContents, parseDecisions, slugify } from '../lib/contents.mjs'

const index = pages => GROUPS.map(group => `## ${group}\n\n${pages[group] ?? ''}\n`).join('\n')

test('a line has a title, a page and a note, and may go on in the next line', () => {
  const contents = parseContents(index({ Learn: '- [Run it](run.md): With Maven\n  or Gradle.\n- [Stop it](stop.md)' }))
  assert.deepEqual(contents[1], {
    title: 'Learn',
    pages: [
      { title: 'Run it', href: 'run.md', note: 'With Maven or Gradle.' },
      { title: 'Stop it', href: 'stop.md', note: '' },
    ],
  })
})

test('a line without a page is refused', () => {
  assert.throws(() => parseContents(index({ Start: '- Run it' })), /is not "- \[Title\]\(page\.md\): note": - Run it/)
})

test('another group is refused', () => {
  assert.throws(() => parseContents('## Begin\n'), /the groups are Begin; they have to be Start, Learn/)
})

test('decisions are rows of a table', () => {
  assert.deepEqual(parseDecisions('| | decision |\n|---|---|\n| [0001](0001-a.md) | Take `a` |\n'), [
    { title: '0001 Take a', href: '0001-a.md' },
  ])
})

test('headings have the anchors of code hosts', () => {
  assert.equal(slugify("What's new? `@JobType`, and so on"), 'whats-new-jobtype-and-so-on')
  assert.equal(slugify('Größe – 2 × 3'), 'größe--2--3')
})
