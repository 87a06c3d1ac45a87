// The pages of the site: those of docs, and those elsewhere in the repository that docs/README.md links to. Their links
// lead to other pages of the site, to files that are copied with them, or to the repository.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
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
    .map(entry => relative(root, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
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
      if (!existsSync(join(root, path))) {
        throw new Error(`${INDEX}: ${page.href} does not exist`)
      }
      pages.set(path, placeOf(path))
    }
  }
  return pages
}

/**
 * The pages as the site has them, and the files that they show or link to.
 *
 * @param {string} root the folder of the repository
 * @param {{repository: string, branch: string}} site where the repository is read
 * @returns {Map<string, string | Buffer>} from places on the site to contents
 */
export function stagedPages(root, site) {
  const pages = pagesOf(root)
  const staged = new Map()
  const errors = []
  for (const [path, place] of pages) {
    const text = rewriteLinks(readFileSync(join(root, path), 'utf8'), target => {
      const link = resolveLink(root, pages, path, target, site)
      if (link === undefined) {
        errors.push(`${path}: ${target} does not exist`)
      }
      return link ?? target
    })
    staged.set(place, text)
  }
  for (const path of filesOfDocs(root).filter(path => !path.endsWith('.md'))) {
    const content = readFileSync(join(root, path))
    staged.set(placeOf(path), content)
    // What is public has the same place on the site, also for whoever reads a page as Markdown
    staged.set(`public/${placeOf(path)}`, content)
  }
  if (errors.length > 0) {
    throw new Error(`dead links:\n  ${errors.join('\n  ')}`)
  }
  return staged
}

/**
 * Makes a folder contain these files, and no others except the Javadoc. Files that have not changed are left alone.
 *
 * @param {Map<string, string | Buffer>} files from paths in the folder to contents
 * @param {string} to the folder
 */
export function sync(files, to) {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name)
    const path = relative(to, file).split(sep).join('/')
    if (entry.isFile() && !files.has(path) && !path.startsWith('public/api/')) {
      rmSync(file)
    }
  }
  for (const [path, content] of files) {
    const file = join(to, path)
    if (!existsSync(file) || !readFileSync(file).equals(Buffer.from(content))) {
      write(file, content)
    }
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

/**
 * Replaces the targets of the links and pictures of a page, except in code.
 *
 * @param {string} text the page
 * @param {(target: string) => string} resolve gives the new target for the old one
 * @returns {string} the page with the new targets
 */
export function rewriteLinks(text, resolve) {
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
export function write(file, content) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
