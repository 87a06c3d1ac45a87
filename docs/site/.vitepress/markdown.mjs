// What the pages mean beyond plain Markdown, so that they read well without the site, too.

/** Two braces are text, as on a code host; Vue would take them for an expression. */
export function bracesAreText(md) {
  const { text } = md.renderer.rules
  md.renderer.rules.text = (...args) => text(...args).replace(/\{\{/g, '&#123;&#123;')
}

/**
 * Turns alternatives into tabs:
 *
 *     <!-- tabs -->
 *
 *     **Maven**
 *
 *     …
 *
 *     **Gradle**
 *
 *     …
 *
 *     <!-- /tabs -->
 *
 * A paragraph that is bold from beginning to end starts a tab, and names it. Elsewhere, the alternatives follow each other.
 */
export function tabs(md) {
  md.core.ruler.push('tabs', state => {
    const tokens = []
    let groups = 0
    let open = null
    for (let i = 0; i < state.tokens.length; i++) {
      const token = state.tokens[i]
      const comment = token.type === 'html_block' ? token.content.trim() : ''
      if (comment === '<!-- tabs -->') {
        open = { id: `tabs-${++groups}`, count: 0, level: token.level }
        tokens.push(html(state, `<div class="snippet-tabs">\n`))
      } else if (comment === '<!-- /tabs -->') {
        if (open === null || open.count < 2) {
          throw new Error(`${state.env.path}: <!-- /tabs --> does not end two tabs or more`)
        }
        tokens.push(html(state, '</div></div>\n'))
        open = null
      } else if (open !== null && isLabel(state.tokens, i, open.level)) {
        const label = md.utils.escapeHtml(textOf(state.tokens[i + 1]))
        const id = `${open.id}-${open.count}`
        tokens.push(
          html(
            state,
            `${open.count === 0 ? '' : '</div>\n'}<input type="radio" name="${open.id}" id="${id}" data-label="${label}"` +
              `${open.count === 0 ? ' checked' : ''}><label for="${id}">${label}</label><div class="snippet-tab">\n`,
          ),
        )
        open.count++
        i += 2
      } else {
        if (open !== null && open.count === 0) {
          throw new Error(`${state.env.path}: <!-- tabs --> is not followed by a paragraph in bold, which names a tab`)
        }
        tokens.push(token)
      }
    }
    if (open !== null) {
      throw new Error(`${state.env.path}: <!-- tabs --> has no <!-- /tabs -->`)
    }
    state.tokens = tokens
  })
}

function html(state, content) {
  const token = new state.Token('html_block', '', 0)
  token.content = content
  return token
}

function isLabel(tokens, i, level) {
  if (tokens[i].type !== 'paragraph_open' || tokens[i].level !== level) {
    return false
  }
  const children = tokens[i + 1].children.filter(child => child.type !== 'text' || child.content !== '')
  return (
    children.length > 2 &&
    children[0].type === 'strong_open' &&
    children.at(-1).type === 'strong_close' &&
    children.filter(child => child.type === 'strong_open').length === 1
  )
}

function textOf(inline) {
  return inline.children.map(child => child.content).join('')
}
