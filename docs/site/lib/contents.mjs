// The contents of the documentation, which docs/README.md lists: six groups, each with a line for each page.
// The sidebar, llms.txt and the order of llms-full.txt are made of it.

/** The groups of the index, in their order. */
export const GROUPS = ['Start', 'Learn', 'How-to', 'Operate', 'Reference', 'Internals']

const LINE = /^- \[([^\]]+)\]\(([^)\s]+)\)(?:: (.+))?$/

/**
 * Reads the index.
 *
 * @param {string} text docs/README.md
 * @returns {{title: string, pages: {title: string, href: string, note: string}[]}[]} the groups, with links as they
 *     stand there
 */
export function parseContents(text) {
  const groups = []
  // A line that is indented continues the one before
  for (const line of text.replace(/\n {2,}(?=\S)/g, ' ').split('\n')) {
    if (line.startsWith('## ')) {
      groups.push({ title: line.slice(3).trim(), pages: [] })
    } else if (line.startsWith('- ') && groups.length > 0) {
      const found = LINE.exec(line.trimEnd())
      if (!found) {
        throw new Error(`docs/README.md: this line is not "- [Title](page.md): note": ${line}`)
      }
      groups.at(-1).pages.push({ title: found[1], href: found[2], note: found[3] ?? '' })
    }
  }
  const titles = groups.map(group => group.title)
  if (titles.join() !== GROUPS.join()) {
    throw new Error(`docs/README.md: the groups are ${titles.join(', ')}; they have to be ${GROUPS.join(', ')}`)
  }
  return groups
}

/**
 * Reads the list of decisions, a table whose rows link to the records.
 *
 * @param {string} text docs/decisions/README.md
 * @returns {{title: string, href: string}[]} the records
 */
export function parseDecisions(text) {
  const rows = text.matchAll(/^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$/gm)
  return [...rows].map(([, number, href, title]) => ({ title: `${number} ${title.replace(/`/g, '')}`, href }))
}

/** The first heading of a page. */
export function titleOf(text) {
  return /^# (.+)$/m.exec(text)?.[1].trim() ?? ''
}

/** The name of a heading in links, as code hosts make it. */
export function slugify(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\-_ ]/gu, '')
    .replace(/ /g, '-')
}
