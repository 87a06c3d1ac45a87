// node finish.mjs: adds to the built site what is for programs: each page as Markdown, llms.txt and llms-full.txt.

import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseDecisions } from './lib/contents.mjs'
import { contentsOf, pagesOf, write } from './lib/pages.mjs'

const root = process.env.TENON_ROOT
const output = process.env.TENON_SITE_OUTPUT
const staged = new URL('pages', import.meta.url).pathname
const site = JSON.parse(readFileSync(new URL('site.json', import.meta.url), 'utf8'))

for (const place of pagesOf(root).values()) {
  const file = join(output, place)
  mkdirSync(dirname(file), { recursive: true })
  cpSync(join(staged, place), file)
}

const contents = contentsOf(root)
const decisions = parseDecisions(readFileSync(join(root, 'docs/decisions/README.md'), 'utf8'))

const lines = [`# ${site.title} ${process.env.TENON_VERSION}`, '', `> ${site.description}.`]
for (const group of contents) {
  lines.push('', `## ${group.title}`, '')
  for (const page of group.pages) {
    lines.push(`- [${page.title}](${page.place})${page.note ? `: ${page.note}` : ''}`)
  }
}
lines.push('', '## Optional', '')
for (const record of decisions) {
  lines.push(`- [Decision ${record.title}](decisions/${record.href})`)
}
write(join(output, 'llms.txt'), lines.join('\n') + '\n')

const places = [
  ...contents.flatMap(group => group.pages.map(page => page.place)),
  ...decisions.map(record => `decisions/${record.href}`),
]
write(
  join(output, 'llms-full.txt'),
  places.map(place => `<!-- ${place} -->\n\n${readFileSync(join(staged, place), 'utf8').trim()}\n`).join('\n'),
)
