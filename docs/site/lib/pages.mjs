// The pages of the site: those of docs, and those elsewhere in the repository that docs/README.md links to. Their links
// lead to other pages of the site, to files that are copied with them, or to the repository.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { posix } from 'node:path'
import { parseContents, slugify, titleOf } from './contents.mjs'

const INDEX = 'docs/README.md'

/** Where a file of the repository is on the site. */
function placeOf(path) {
  if (path === INDEX) {
    return 'index.md'
  }
  if (path === 'README.md') {
    return 'tenon.md'
  }
  return path
    .replace(/^docs\//, '')
    .replace(/README\.md$/, 'index.md')
    .replace(/^[A-Z]+\.md$/, name => name.toLowerCase())
}

/** The files of docs, by their paths in the repository; without the sources of the site. */
function filesOfDocs(root) {
  return readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => posix.join(...join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1).split(/[/\\]/)))
    .filter(path => !path.startsWith('docs/site/'))
    .sort()
}

/**
 * The pages of the site.
 *
 * @param {string} root the folder of the repository
 * @returns {Map<string, string>} from the path of a page in the repository to its place on the site
 */
export function pagesOf(root) {
  const pages = new Map(
    filesOfDocs(root)
      .filter(path => path.endsWith('.md'))
      .map(path => [path, placeOf(path)]),
  )
  for (const group of parseContents(readFileSync(join(root, INDEX), 'utf8'))) {
    for (const page of group.pages) {
      const path = posix.join('docs', page.href)
      pages.set(path, placeOf(path))
    }
  }
  return pages
}

/**
 * Writes the pages, and the files that they show or link to, as the site has them.
 *
 * @param {string} root the folder of the repository
 * @param {string} to the folder, which is written anew
 * @param {{repository: string, branch: string}} site where the repository is read
 */
export function stagePages(root, to, site) {
  const pages = pagesOf(root)
  const errors = []
  rmSync(to, { recursive: true, force: true })
  for (const [path, place] of pages) {
    const text = rewriteLinks(readFileSync(join(root, path), 'utf8'), target => {
      const link = resolveLink(root, pages, path, target, site)
      if (link === undefined) {
        errors.push(`${path}: ${target} does not exist`)
      }
      return link ?? target
    })
    write(join(to, place), text)
  }
  for (const path of filesOfDocs(root).filter(path => !path.endsWith('.md'))) {
    // What is public has the same place in the site, also for whoever reads a page as Markdown
    for (const folder of [to, join(to, 'public')]) {
      const file = join(folder, placeOf(path))
      mkdirSync(dirname(file), { recursive: true })
      cpSync(join(root, path), file)
    }
  }
  if (errors.length > 0) {
    throw new Error(`dead links:\n  ${errors.join('\n  ')}`)
  }
}

/** Where a link of a page leads on the site; undefined if it leads nowhere. */
function resolveLink(root, pages, from, target, site) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('#')) {
    return target
  }
  const [path, anchor] = target.split('#')
  const hash = anchor === undefined ? '' : `#${anchor}`
  const file = posix.join(posix.dirname(from), path).replace(/\/$/, '')
  if (!existsSync(join(root, file))) {
    return undefined
  }
  const isFolder = statSync(join(root, file)).isDirectory()
  const page = pages.get(isFolder ? posix.join(file, 'README.md') : file)
  if (page !== undefined || (file.startsWith('docs/') && !isFolder)) {
    const link = posix.relative(posix.dirname(placeOf(from)), page ?? placeOf(file))
    return (link.startsWith('.') ? link : `./${link}`) + hash
  }
  return `${site.repository}/${isFolder ? 'tree' : 'blob'}/${site.branch}/${file}${hash}`
}

/** Replaces the targets of the links and pictures of a page, except in code. */
function rewriteLinks(text, resolve) {
  let fence = ''
  return text
    .split('\n')
    .map(line => {
      const mark = /^ *(```+|~~~+)/.exec(line)?.[1]
      if (mark && (fence === '' || (mark.startsWith(fence) && line.trim() === mark))) {
        fence = fence === '' ? mark : ''
        return line
      }
      return fence === '' ? rewriteLine(line, resolve) : line
    })
    .join('\n')
}

function rewriteLine(line, resolve) {
  return line
    .split(/((?<!`)(`+)(?!`).*?(?<!`)\2(?!`))/)
    .reduce((parts, part, index) => {
      // Each span of code is followed by its marks, which the expression has as a group
      if (index % 3 === 0) {
        parts.push({ text: part, code: false })
      } else if (index % 3 === 1) {
        parts.push({ text: part, code: true })
      }
      return parts
    }, [])
    .map(part =>
      part.code
        ? part.text
        : part.text
            .replace(/\]\(([^)\s]+)\)/g, (_, target) => `](${resolve(target)})`)
            .replace(/^(\[[^\]]+\]: )(\S+)/, (_, label, target) => label + resolve(target))
            .replace(/(<(?:a|img) [^>]*(?:href|src)=")([^"]+)"/g, (_, tag, target) => `${tag}${resolve(target)}"`),
    )
    .join('')
}

/** The ids of the diagnostics: the headings of the page about them. */
export function diagnosticsOf(root) {
  const text = readFileSync(join(root, 'docs/diagnostics.md'), 'utf8')
  return [...text.matchAll(/^## (Jobs\w+)$/gm)].map(([, id]) => ({ id, anchor: slugify(id) }))
}

/** The contents with the places of the pages on the site. */
export function contentsOf(root) {
  return parseContents(readFileSync(join(root, INDEX), 'utf8')).map(group => ({
    title: group.title,
    pages: group.pages.map(page => {
      const path = posix.join('docs', page.href)
      return { ...page, path, place: placeOf(path), heading: titleOf(readFileSync(join(root, path), 'utf8')) }
    }),
  }))
}

/** Writes a file, and the folders around it. */
export function write(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
